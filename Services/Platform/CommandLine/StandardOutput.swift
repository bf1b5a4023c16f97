import Glibc

/// Descriptor 1.
package struct StandardOutput: TextOutput {
    package init() {}

    package var isTerminal: Bool { isatty(1) == 1 }

    package func write(_ text: String) {
        Descriptor.write(text, to: 1)
    }
}
