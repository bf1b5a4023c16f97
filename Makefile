# Two commands do everything on a fresh machine: `make run` and `make test`.
