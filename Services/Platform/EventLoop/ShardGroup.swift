import CUV
import Synchronization

/// The shards of a process: threads, each with its loop, that share nothing.
package final class ShardGroup: Sendable {
    package typealias Setup = @Sendable (_ index: Int, _ loop: EventLoop) throws -> [any ShardService]

    private let shards: [Shard]

    /// One shard for each core that this process may use.
    package static var defaultCount: Int { max(1, Int(uv_available_parallelism())) }

    /// Starts the shards and returns when every one is set up.
    /// - Parameters:
    ///   - count: how many; the default is one a core.
    ///   - setup: runs on each shard's thread before its loop turns, and returns what has to be drained at the end, in
    ///     the order of draining.
    /// - Throws: the first error of a set-up, after all shards have been ended.
    package init(count: Int = ShardGroup.defaultCount, name: String = "shard", setup: @escaping Setup) throws {
        precondition(count > 0, "a process needs a shard")
        var started: [Shard] = []
        do {
            for index in 0..<count {
                started.append(try Shard(index: index, name: name, setup: setup))
            }
        } catch {
            for shard in started { shard.loop.stop() }
            for shard in started { shard.thread.join() }
            throw error
        }
        shards = started
    }

    package var loops: [EventLoop] { shards.map(\.loop) }

    /// Drains every shard, stops its loop when that is done, and waits for the threads. Blocks: not from a shard.
    package func drain() {
        for shard in shards { shard.drain() }
        join()
    }

    /// Ends every loop after its current turn, work in flight or not. From any thread.
    package func stop() {
        for shard in shards { shard.loop.stop() }
    }

    /// Waits for the threads to end. Blocks: not from a shard.
    package func join() {
        for shard in shards { shard.thread.join() }
    }
}

/// One thread with its loop and services.
private final class Shard: Sendable {
    let loop: EventLoop
    let thread: LoopThread
    private let state: ShardState

    init(index: Int, name: String, setup: @escaping ShardGroup.Setup) throws {
        let state = ShardState()
        self.state = state
        let label = "\(name)-\(index)"
        thread = try LoopThread(name: label) {
            do {
                let loop = try EventLoop(name: label)
                do {
                    state.services = try setup(index, loop)
                } catch {
                    loop.stop()
                    loop.run()
                    throw error
                }
                state.started.signal(.success(loop))
                loop.run()
                state.services = []
            } catch {
                state.started.signal(.failure(error))
            }
        }
        do {
            loop = try state.started.wait().get()
        } catch {
            thread.join()
            throw error
        }
    }

    func drain() {
        loop.execute { [loop, state] in
            state.drain(from: 0) { loop.stop() }
        }
    }
}

// @unchecked: `services` belongs to the shard's thread; the latch is a mutex.
private final class ShardState: @unchecked Sendable {
    var services: [any ShardService] = []
    let started = Latch<Result<EventLoop, any Error>>()

    func drain(from index: Int, _ completion: @escaping () -> Void) {
        guard index < services.count else { return completion() }
        services[index].drain { [self] in drain(from: index + 1, completion) }
    }
}
