import Contracts
import Domain
import JSON

/// Writes answers as JSON, straight from the batch's arrays.
struct AnswerWriter {
    let model: String

    /// The answer to request `query` of a batch.
    func write(
        _ batch: AnswerBatch, query: Int, request: RecommendRequest, requestID: String, milliseconds: Double,
        into json: inout JSONWriter
    ) {
        let chosen = batch.arrangement.chosen[batch.arrangement.range(of: query)]
        let shown = chosen.filter { batch.catalogue.isAvailable(batch.candidates.items[$0]) }
        json.beginObject()
        json.field("request_id", requestID)
        json.field("user", request.user)
        json.field("model", model)
        json.field("variant", "default")
        json.field("degraded", batch.rung.rawValue)
        json.field("took_ms", (milliseconds * 1000).rounded() / 1000)
        json.name("items")
        json.beginArray()
        for index in shown {
            json.beginObject()
            writeItem(batch, index, into: &json)
            if request.explain { writeExplanation(batch, query: query, index: index, into: &json) }
            json.endObject()
        }
        json.endArray()
        let seen = request.shown + shown.map { batch.candidates.items[$0] }
        if shown.count == request.count, seen.count <= Cursor.limit {
            json.field("next", Cursor(shown: seen).text)
        } else {
            json.name("next")
            json.null()
        }
        if request.explain { writeSheet(batch, query: query, into: &json) }
        json.endObject()
    }

    /// The list of `GET /similar`, `/popular` and `/latest`.
    func write(
        _ items: [(item: ItemNumber, score: Float)], source: CandidateSource, catalogue: CatalogueSnapshot,
        requestID: String, into json: inout JSONWriter
    ) {
        json.beginObject()
        json.field("request_id", requestID)
        json.field("model", model)
        json.name("items")
        json.beginArray()
        for (item, score) in items where catalogue.isAvailable(item) {
            json.beginObject()
            json.raw(catalogue.rows[Int(item)].answerFragment)
            json.field("score", score)
            json.field("source", source.name)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    private func writeItem(_ batch: AnswerBatch, _ index: Int, into json: inout JSONWriter) {
        batch.catalogue.rows.withElement(Int(batch.candidates.items[index])) { row in
            row.answerFragment.withUnsafeBytes { json.raw($0) }
        }
        json.field("score", batch.scores[index])
        json.field("source", batch.candidates.sources[index].name)
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
        }
    }

    /// What happened to the request as a whole.
    private func writeSheet(_ batch: AnswerBatch, query: Int, into json: inout JSONWriter) {
        json.name("explain")
        json.beginObject()
        json.field("candidates", batch.candidates.range(of: query).count)
        json.field("catalogue_version", Int(batch.catalogue.version))
        if let features = batch.features { json.field("statistics_at", features.moment) }
        json.endObject()
    }
}
