import CUV

/// What every libuv handle shares: its memory, and the reference that keeps the Swift object alive while libuv may call it.
///
/// The handle's `data` holds one retained reference, taken when libuv accepts the handle and given back in its close
/// callback; callbacks in between use it unretained. All of it belongs to the loop's thread.
package class LoopHandle {
    package let loop: EventLoop
    let memory: UnsafeMutableRawPointer
    /// True from `close()` on: libuv will call nothing but the close callback.
    package private(set) var isClosing = false
    private var isOpen = false

    init(loop: EventLoop, type: uv_handle_type) {
        self.loop = loop
        memory = .allocate(byteCount: uv_handle_size(type), alignment: 16)
    }

    deinit {
        memory.deallocate()
    }

    var handle: UnsafeMutablePointer<uv_handle_t> { memory.assumingMemoryBound(to: uv_handle_t.self) }

    /// Called once libuv has initialised the handle: from here on the loop owns a reference to it.
    func opened() {
        isOpen = true
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    /// Closes the handle; its memory lives until libuv's close callback, later in this turn. Closing twice does nothing.
    package func close() {
        guard isOpen, !isClosing else { return }
        isClosing = true
        willClose()
        uv_close(handle) { handle in
            guard let data = handle?.pointee.data else { return }
            let object = Unmanaged<LoopHandle>.fromOpaque(data).takeRetainedValue()
            object.didClose()
        }
    }

    /// For a handle's own clean-up before libuv gets it back.
    func willClose() {}

    /// libuv is done with the handle.
    func didClose() {}

    /// Lets the loop end although this handle is open.
    func unreference() {
        uv_unref(handle)
    }
}
