import CMessages
package import Contracts
package import Domain

/// Ranking: scores of candidates. Of what users have met goes along what is no longer in their histories.
package enum ScoresMessages: CallMessages {
    package struct Request: Sendable {
        package var candidates: CandidateBatch
        /// One a query.
        package var users: [UserState]
        package var explaining: Bool

        package init(candidates: CandidateBatch, users: [UserState], explaining: Bool) {
            self.candidates = candidates
            self.users = users
            self.explaining = explaining
        }
    }

    private static let request = FieldReading(message: "a request for scores")
    private static let answer = FieldReading(message: "an answer of scores")

    package static func encode(request: Request) -> [UInt8] {
        Wire.bytes(of: cascade__scores_request__init) { memory, message in
            let candidates = memory.room(for: 1, of: Cascade__CandidateBatch.self, cascade__candidate_batch__init)
            CandidateFields.write(request.candidates, to: &candidates.pointee, in: memory)
            message.candidates = candidates
            message.n_users = request.users.count
            message.users = UserStateFields.write(request.users, seen: .earlier, in: memory)
            message.explaining = request.explaining ? 1 : 0
        }
    }

    package static func decodeRequest(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> Request {
        try Wire.read(bytes, as: request.message, cascade__scores_request__unpack) { message throws(MessageError) in
            guard let candidates = message.candidates else {
                throw .inconsistent("\(request.message)", "it has no candidates")
            }
            try request.require(
                message.n_users == candidates.pointee.n_counts, "it has not one user for each list of candidates")
            return Request(
                candidates: try CandidateFields.read(candidates.pointee, as: request),
                users: try UserStateFields.read(message.users, count: message.n_users, as: request),
                explaining: message.explaining != 0)
        }
    }

    package static func encode(answer: RankedScores) -> [UInt8] {
        Wire.bytes(of: cascade__scores_answer__init) { memory, message in
            message.n_scores = answer.values.count
            message.scores = memory.copy(answer.values)
            guard let features = answer.features else { return }
            let sheet = memory.room(for: 1, of: Cascade__RankingFeatures.self, cascade__ranking_features__init)
            sheet.pointee.n_names = features.names.count
            sheet.pointee.names = memory.copy(features.names)
            sheet.pointee.n_values = features.values.count
            sheet.pointee.values = memory.copy(features.values)
            sheet.pointee.moment = features.moment
            message.features = sheet
        }
    }

    package static func decodeAnswer(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> RankedScores {
        try Wire.read(bytes, as: answer.message, cascade__scores_answer__unpack) { message throws(MessageError) in
            let scores = try answer.numbers(message.scores, count: message.n_scores)
            guard let features = message.features?.pointee else { return RankedScores(values: scores) }
            try answer.require(
                features.n_values == scores.count * features.n_names, "it has not all features of each candidate")
            return RankedScores(
                values: scores,
                features: RankingFeatures(
                    names: try answer.texts(
                        features.names, count: features.n_names, limit: MessageLimits.features,
                        bytes: RecordLimits.idBytes),
                    values: Array(features.values, count: features.n_values),
                    moment: try answer.moment(features.moment)))
        }
    }
}
