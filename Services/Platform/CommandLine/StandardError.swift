import Glibc

/// Descriptor 2.
package struct StandardError: TextOutput {
    package init() {}

    package var isTerminal: Bool { isatty(2) == 1 }

    package func write(_ text: String) {
        Descriptor.write(text, to: 2)
    }
}
