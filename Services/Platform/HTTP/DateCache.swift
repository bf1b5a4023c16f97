import EventLoop
import Glibc

/// The Date header's value, formatted once a second.
final class DateCache {
    private let text = ByteBuffer(capacity: 32)
    private var second: time_t = 0

    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7), now.
    var bytes: UnsafeRawBufferPointer {
        let now = time(nil)
        if now != second {
            second = now
            format()
        }
        return text.bytes
    }

    private func format() {
        var parts = tm()
        gmtime_r(&second, &parts)
        text.clear()
        text.append(upTo: 32) { memory in
            // The process keeps the C locale, in which names of days and months are the standard's.
            guard let start = memory.baseAddress else { return 0 }
            return strftime(
                start.assumingMemoryBound(to: CChar.self), memory.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        }
    }
}
