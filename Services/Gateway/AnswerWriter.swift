import Contracts
import Domain
import JSON

/// Writes answers as JSON, straight from the batch's arrays.
struct AnswerWriter {
    /// What an answer says of itself.
    struct Head {
        let requestID: String
        /// From the request's arrival until now.
        let milliseconds: Double
    }

    /// The answer to request `place` of a batch.
    func write(
        _ answers: Answers, place: Int, request: RecommendRequest, head: Head, into json: inout JSONWriter
    ) {
        let answer = answers.answers[place]
        switch answer.content {
        case .cascade(let query):
            write(answers, query: query, rung: answer.rung, request: request, head: head, into: &json)
        case .list(let list):
            write(list, answers.catalogue, rung: answer.rung, request: request, head: head, into: &json)
        case .shown(let items):
            begin(request, model: "", rung: answer.rung, head: head, into: &json)
            writeShown(items[...], into: &json)
            json.endArray()
            json.name("next")
            json.null()
            json.endObject()
        }
    }

    private func write(
        _ answers: Answers, query: Int, rung: Rung, request: RecommendRequest, head: Head, into json: inout JSONWriter
    ) {
        let batch = answers.cascade
        let catalogue = answers.catalogue
        let chosen = batch.arrangement.chosen[batch.arrangement.range(of: query)]
        let shown = chosen.filter { catalogue.isAvailable(batch.candidates.items[$0]) }
        begin(request, model: batch.candidates.model, rung: rung, head: head, into: &json)
        for index in shown {
            json.beginObject()
            writeItem(
                batch.candidates.items[index], score: batch.scores[index], source: batch.candidates.sources[index],
                catalogue, into: &json)
            if request.explain { writeExplanation(batch, query: query, index: index, into: &json) }
            json.endObject()
        }
        json.endArray()
        writeNext(request, shown.map { batch.candidates.items[$0] }, into: &json)
        if request.explain {
            writeSheet(
                catalogue, candidates: batch.candidates.range(of: query).count, moment: batch.features?.moment,
                into: &json)
        }
        json.endObject()
    }

    private func write(
        _ list: CachedList, _ catalogue: CatalogueSnapshot, rung: Rung, request: RecommendRequest, head: Head,
        into json: inout JSONWriter
    ) {
        begin(request, model: list.model, rung: rung, head: head, into: &json)
        var shown: [ItemNumber] = []
        for (index, item) in list.items.enumerated() where catalogue.isAvailable(item) {
            shown.append(item)
            json.beginObject()
            writeItem(item, score: list.scores[index], source: list.sources[index], catalogue, into: &json)
            if request.explain { json.field("reason", reason(for: list.sources[index])) }
            json.endObject()
        }
        json.endArray()
        writeNext(request, shown, into: &json)
        if request.explain { writeSheet(catalogue, candidates: list.items.count, moment: nil, into: &json) }
        json.endObject()
    }

    private func begin(
        _ request: RecommendRequest, model: String, rung: Rung, head: Head, into json: inout JSONWriter
    ) {
        json.beginObject()
        json.field("request_id", head.requestID)
        json.field("user", request.user)
        json.field("model", model)
        json.field("variant", "default")
        json.field("degraded", rung.name)
        json.field("took_ms", (head.milliseconds * 1000).rounded() / 1000)
        json.name("items")
        json.beginArray()
    }

    private func writeNext(_ request: RecommendRequest, _ shown: [ItemNumber], into json: inout JSONWriter) {
        let seen = request.shown + shown
        if shown.count == request.count, seen.count <= Cursor.limit {
            json.field("next", Cursor(shown: seen).text)
        } else {
            json.name("next")
            json.null()
        }
    }

    /// The list of `GET /similar`, `/popular` and `/latest`.
    func write(
        _ list: CachedList, catalogue: CatalogueSnapshot, requestID: String, into json: inout JSONWriter
    ) {
        json.beginObject()
        json.field("request_id", requestID)
        json.field("model", list.model)
        json.name("items")
        json.beginArray()
        for (index, item) in list.items.enumerated() where catalogue.isAvailable(item) {
            json.beginObject()
            writeItem(item, score: list.scores[index], source: list.sources[index], catalogue, into: &json)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    /// The list of `GET /popular` where there is no catalogue.
    func write(_ items: ArraySlice<PopularItem>, requestID: String, into json: inout JSONWriter) {
        json.beginObject()
        json.field("request_id", requestID)
        json.field("model", "")
        json.name("items")
        json.beginArray()
        writeShown(items, into: &json)
        json.endArray()
        json.endObject()
    }

    private func writeShown(_ items: ArraySlice<PopularItem>, into json: inout JSONWriter) {
        for item in items {
            json.beginObject()
            json.raw(item.answerFragment)
            json.field("score", item.score)
            json.field("source", CandidateSource.popular.name)
            json.endObject()
        }
    }

    private func writeItem(
        _ item: ItemNumber, score: Float, source: CandidateSource, _ catalogue: CatalogueSnapshot,
        into json: inout JSONWriter
    ) {
        catalogue.rows.withElement(Int(item)) { row in
            row.answerFragment.withUnsafeBytes { json.raw($0) }
        }
        json.field("score", score)
        json.field("source", source.name)
    }

    /// Why an item stands where it does: what each stage made of it.
    private func writeExplanation(_ batch: AnswerBatch, query: Int, index: Int, into json: inout JSONWriter) {
        let range = batch.candidates.range(of: query)
        json.field("reason", reason(for: batch.candidates.sources[index]))
        json.name("explain")
        json.beginObject()
        json.field("recall_score", batch.candidates.scores[index])
        json.field("recall_rank", index - range.lowerBound + 1)
        json.field("ranking_rank", 1 + range.count { batch.scores[$0] > batch.scores[index] })
        if let features = batch.features {
            json.name("features")
            json.beginObject()
            let width = features.names.count
            for (place, name) in features.names.enumerated() {
                json.name(name)
                json.float(features.values[index * width + place])
            }
            json.endObject()
        }
        json.endObject()
    }

    private func reason(for source: CandidateSource) -> String {
        switch source {
        case .twoTower: "close to what you did last"
        case .popular: "popular now"
        case .latest: "new"
        case .similar: "similar"
        default: "chosen for you"
        }
    }

    /// What happened to the request as a whole.
    private func writeSheet(
        _ catalogue: CatalogueSnapshot, candidates: Int, moment: Int64?, into json: inout JSONWriter
    ) {
        json.name("explain")
        json.beginObject()
        json.field("candidates", candidates)
        json.field("catalogue_version", Int(catalogue.version))
        if let moment { json.field("statistics_at", moment) }
        json.endObject()
    }
}
