-- For wrk: recommendations for the demo world's users, one after another.
local count = 0

request = function()
    count = count + 1
    return wrk.format("GET", "/recommend?user=u" .. (1 + (count * 7919) % 10000) .. "&n=20")
end
