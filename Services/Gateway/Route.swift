import Contracts
import HTTP

/// What a request asks for, by method and path.
enum Route {
    case recommend, similar, popular, latest
    case postEvents
    case putItem(String), getItem(String), deleteItem(String)
    case putUser(String), getUser(String), deleteUser(String)
    case live, ready, metrics

    init(_ request: HTTPRequest) throws(RequestError) {
        let reads = request.method == .get || request.method == .head
        switch request.segmentCount {
        case 1:
            guard let (route, isRead) = Self.single(request) else { throw .unknownPath }
            guard isRead ? reads : request.method == .post else { throw .method(isRead ? "GET or HEAD" : "POST") }
            self = route
        case 2 where request.segmentEquals(0, "items"):
            let id = try Self.id(request)
            switch request.method {
            case .get, .head: self = .getItem(id)
            case .put: self = .putItem(id)
            case .delete: self = .deleteItem(id)
            default: throw .method("GET, PUT or DELETE")
            }
        case 2 where request.segmentEquals(0, "users"):
            let id = try Self.id(request)
            switch request.method {
            case .get, .head: self = .getUser(id)
            case .put: self = .putUser(id)
            case .delete: self = .deleteUser(id)
            default: throw .method("GET, PUT or DELETE")
            }
        default: throw .unknownPath
        }
    }

    /// Whether it answers without an API key: what probes ask.
    var isOpen: Bool {
        switch self {
        case .live, .ready: true
        default: false
        }
    }

    private static func single(_ request: HTTPRequest) -> (route: Route, isRead: Bool)? {
        if request.segmentEquals(0, "recommend") { return (.recommend, true) }
        if request.segmentEquals(0, "events") { return (.postEvents, false) }
        if request.segmentEquals(0, "similar") { return (.similar, true) }
        if request.segmentEquals(0, "popular") { return (.popular, true) }
        if request.segmentEquals(0, "latest") { return (.latest, true) }
        if request.segmentEquals(0, "livez") { return (.live, true) }
        if request.segmentEquals(0, "readyz") { return (.ready, true) }
        if request.segmentEquals(0, "metrics") { return (.metrics, true) }
        return nil
    }

    private static func id(_ request: HTTPRequest) throws(RequestError) -> String {
        do {
            return try ItemJSON.checkedID(request.segment(1))
        } catch {
            throw RequestError(record: error)
        }
    }
}

extension RequestError {
    fileprivate static let unknownPath = RequestError(
        status: 404, kind: "not-found",
        detail:
            "Nothing is here. There are /recommend, /similar, /popular, /latest, /events, /items/{id}, /users/{id}, "
            + "/livez, /readyz and /metrics.")

    fileprivate static func method(_ allowed: String) -> RequestError {
        RequestError(status: 405, kind: "method-not-allowed", detail: "This path answers to \(allowed).")
    }
}
