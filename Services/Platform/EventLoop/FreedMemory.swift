import CUV

/// What the allocator does with memory that is given back.
package enum FreedMemory {
    /// Keeps up to so many bytes at the heap's end instead of returning them to the system at once: a role's large messages
    /// come and go every turn, and each return and new request costs page faults. For the whole process; once, at its start.
    package static func keep(bytes: Int32) { cuv_keep_freed_memory(bytes) }
}
