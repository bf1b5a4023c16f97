import Glibc

/// Descriptor 2.
package struct StandardError: TextOutput {
    package init() {}

    package var isTerminal: Bool { isatty(2) == 1 }

    package var columns: Int? {
        var size = winsize()
        return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
    }

    package func write(_ text: String) {
        Descriptor.write(text, to: 2)
    }
}
