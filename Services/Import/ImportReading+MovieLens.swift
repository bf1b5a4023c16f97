import Contracts
import Domain

extension ImportReading {
    /// A generation of the format: its two files, and how they are written.
    private struct Generation {
        let ratings: String
        let movies: String
        let format: DelimitedFormat
        let hasHeader: Bool

        static let all = [
            Generation(ratings: "ratings.csv", movies: "movies.csv", format: DelimitedFormat(), hasHeader: true),
            Generation(ratings: "rating.csv", movies: "movie.csv", format: DelimitedFormat(), hasHeader: true),
            Generation(
                ratings: "ratings.dat", movies: "movies.dat",
                format: DelimitedFormat(separator: "::", quoting: false, encoding: .latin1), hasHeader: false),
            Generation(
                ratings: "u.data", movies: "u.item",
                format: DelimitedFormat(separator: "\t", quoting: false, encoding: .latin1), hasHeader: false),
        ]
    }

    /// Genres of `u.item`, one flag each.
    private static let genres = [
        "unknown", "Action", "Adventure", "Animation", "Children", "Comedy", "Crime", "Documentary", "Drama", "Fantasy",
        "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
    ]

    /// Reads a folder of MovieLens: films with genres as categories and the year, and ratings.
    mutating func readMovieLens(_ folder: String) throws {
        guard let generation = Generation.all.first(where: { SourceFile.exists("\(folder)/\($0.ratings)") }) else {
            guard SourceFile.exists(folder) else {
                throw ImportError(.fileMissing, "\(folder) does not exist or cannot be read: check the path")
            }
            guard SourceFile.isFolder(folder) else {
                throw ImportError(.notAFile, "\(folder) is a file: name the folder of the data set")
            }
            throw ImportError(
                .unknownFormat,
                "\(folder) is no MovieLens folder: known are ratings.csv with movies.csv (latest, 20M to 32M), rating.csv with movie.csv, ratings.dat with movies.dat (1M, 10M), and u.data with u.item (100K)"
            )
        }
        guard SourceFile.exists("\(folder)/\(generation.movies)") else {
            throw ImportError(
                .fileMissing,
                "\(folder) has \(generation.ratings) but no \(generation.movies): unpack the whole data set")
        }
        try readFilms("\(folder)/\(generation.movies)", generation)
        try readRatings("\(folder)/\(generation.ratings)", generation)
    }

    private mutating func readFilms(_ path: String, _ generation: Generation) throws {
        var format = generation.format
        let isOldest = generation.movies == "u.item"
        if isOldest { format.separator = Array("|".utf8) }
        var isHeader = generation.hasHeader
        try forEachRow(of: path, format: format) { reading, row in
            if isHeader {
                isHeader = false
                if row.count == 3, row.text(0)?.lowercased().hasPrefix("movie") == true { return }
                throw ImportError(
                    .unknownFormat, "\(path) does not begin with movieId,title,genres: is it of MovieLens?")
            }
            let fields = isOldest ? 5 + Self.genres.count : 3
            guard row.count == fields else { throw RowProblem("\(row.count) fields instead of \(fields)") }
            let id = try reading.id(row.text(0), "film")
            let title = try reading.text(row.text(1), "title")
            let categories =
                isOldest
                ? Self.genres.indices.dropFirst().filter { row.text(5 + $0) == "1" }.map { Self.genres[$0] }
                : TableText.list(row.text(2) ?? "", separator: "|").filter { $0 != "(no genres listed)" }
            reading.content.items.set(Self.film(id: id, title: title, categories: categories))
        }
    }

    /// A film; the year in brackets at the end of its title becomes `year` and `decade`, and its beginning the film's
    /// date.
    private static func film(id: String, title: String, categories: [String]) -> Item {
        var item = Item(id: id, title: title, categories: categories)
        let tail = title.utf8.suffix(6)
        if tail.count == 6, tail.first == UInt8(ascii: "("), tail.last == UInt8(ascii: ")"),
            let text = String(tail.dropFirst().dropLast()), let year = Int(text), (1800...2100).contains(year)
        {
            item.attributes = ["year": .text(text), "decade": .text("\(year / 10 * 10)s")]
            item.createdAt = max(0, RFC3339.milliseconds("\(year)-01-01T00:00:00Z") ?? 0)
        }
        return item
    }

    private mutating func readRatings(_ path: String, _ generation: Generation) throws {
        var isHeader = generation.hasHeader
        try forEachRow(of: path, format: generation.format) { reading, row in
            if isHeader {
                isHeader = false
                if row.count == 4, row.text(0)?.lowercased().hasPrefix("user") == true { return }
                throw ImportError(
                    .unknownFormat, "\(path) does not begin with userId,movieId,rating,timestamp: is it of MovieLens?")
            }
            reading.eventsRead += 1
            guard row.count == 4 else { throw RowProblem("\(row.count) fields instead of 4") }
            let rating = try reading.number(row.text(2), "rating")
            guard (0...10).contains(rating) else { throw RowProblem("the rating \(rating) is not between 0 and 10") }
            try reading.content.table.append(
                user: try reading.id(row.text(0), "user"), item: try reading.id(row.text(1), "film"),
                timestamp: try reading.moment(row.text(3)), type: "rating", value: rating)
        }
    }
}
