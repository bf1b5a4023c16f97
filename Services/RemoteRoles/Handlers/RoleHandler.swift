import Messages
import RPC

/// What the handlers of all roles share: calls are read, their work runs as tasks on the shard's loop, what it throws
/// becomes the call's error.
struct RoleHandler {
    /// The shard's loop.
    let executor: any TaskExecutor

    /// Calls on their way through a role.
    // @unchecked: stays on the loop that the calls live on.
    struct Work<Request>: @unchecked Sendable {
        let calls: [any RPCCall]
        let requests: [Request]
    }

    /// The requests of some calls of one method; calls that cannot be read are answered so.
    func read<Messages: CallMessages>(_ messages: Messages.Type, _ calls: [any RPCCall]) -> Work<Messages.Request> {
        var read: [any RPCCall] = []
        var requests: [Messages.Request] = []
        for call in calls {
            do throws(MessageError) {
                requests.append(try Messages.decodeRequest(call.body))
                read.append(call)
            } catch {
                call.fail(RPCError(answering: error))
            }
        }
        return Work(calls: read, requests: requests)
    }

    /// Answers each call by itself.
    func each<Messages: CallMessages>(
        _ messages: Messages.Type, _ calls: [any RPCCall],
        _ perform: @escaping @Sendable (Messages.Request, any RPCCall) async throws -> Messages.Answer
    ) {
        let work = read(messages, calls)
        for place in work.calls.indices {
            batch(Work(calls: [work.calls[place]], requests: [work.requests[place]])) { work in
                [Messages.encode(answer: try await perform(work.requests[0], work.calls[0]))]
            }
        }
    }

    /// Answers some calls together: `perform` makes an answer for each.
    func batch<Request>(
        _ work: Work<Request>, _ perform: @escaping @Sendable (Work<Request>) async throws -> [[UInt8]]
    ) {
        guard !work.calls.isEmpty else { return }
        Task(executorPreference: executor) {
            do {
                let answers = try await perform(work)
                for (call, answer) in zip(work.calls, answers) { call.answer(answer) }
            } catch {
                let error = RPCError(answering: error)
                for call in work.calls { call.fail(error) }
            }
        }
    }

    /// The calls of each method, in their order; calls of methods that are not in the list are answered so.
    func sort(_ calls: [any RPCCall], _ methods: [RPCMethod]) -> [[any RPCCall]] {
        var sorted = [[any RPCCall]](repeating: [], count: methods.count)
        for call in calls {
            if let place = methods.firstIndex(of: call.method) {
                sorted[place].append(call)
            } else {
                call.fail(RPCError(.unknownMethod, "this role has no method \(call.method.rawValue)"))
            }
        }
        return sorted
    }
}
