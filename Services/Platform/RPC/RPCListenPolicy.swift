package import EventLoop

/// Where a role may listen: on loopback, or anywhere once there is a key.
package enum RPCListenPolicy {
    /// - Throws: when others than this machine could reach `address` and no key keeps them out.
    package static func check(_ address: SocketAddress, key: RPCKey?) throws(RPCConfigurationError) {
        guard key != nil || address.isLoopback else { throw .openWithoutKey(address: address.description) }
    }
}
