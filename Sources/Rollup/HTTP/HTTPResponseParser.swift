/// Reads one answer of HTTP/1.1 from pieces of any size, without a connection.
///
/// Feed it until `response` is there; tell it when the stream has ended. Interim answers (1xx) are
/// stepped over. It takes what RFC 9112 lets a server send, and refuses what the RFC calls a sign
/// of an attack or an error: two framings, folded headers, blanks before a colon.
public struct HTTPResponseParser: Sendable {
    private enum State {
        case statusLine
        case headers
        case body(remaining: Int)
        case untilEnd
        case chunkSize
        case chunk(remaining: Int)
        case chunkEnd
        case trailers
        case done
    }

    private var state = State.statusLine
    private var line: [UInt8] = []
    /// Bytes of the lines read in this section, against `HTTPLimits.head`.
    private var sectionBytes = 0
    private var head = HTTPHead()
    private var body: [UInt8] = []

    /// Not one byte has come.
    public private(set) var isUntouched = true
    /// The answer, once it is whole.
    public private(set) var response: HTTPResponse?

    /// A parser before the first byte of an answer.
    public init() {}

    /// Takes the bytes of `range`, which lies in `bytes`, and gives how many belong to this answer:
    /// all of them until the answer is whole.
    public mutating func feed(
        _ bytes: [UInt8], _ range: Range<Int>
    ) throws(HTTPError) -> Int {
        var index = range.lowerBound
        let end = range.upperBound
        if index < end {
            isUntouched = false
        }
        while index < end {
            switch state {
            case .done:
                return index - range.lowerBound
            case .untilEnd:
                try append(bytes[index..<end])
                index = end
            case .body(let remaining):
                let taken = min(remaining, end - index)
                try append(bytes[index..<(index + taken)])
                index += taken
                if taken == remaining {
                    finishBody()
                } else {
                    state = .body(remaining: remaining - taken)
                }
            case .chunk(let remaining):
                let taken = min(remaining, end - index)
                try append(bytes[index..<(index + taken)])
                index += taken
                state = taken == remaining ? .chunkEnd : .chunk(remaining: remaining - taken)
            case .statusLine, .headers, .chunkSize, .chunkEnd, .trailers:
                var lineEnd = index
                while lineEnd < end, bytes[lineEnd] != 0x0A { lineEnd += 1 }
                try takeLinePart(bytes[index..<lineEnd], isLast: lineEnd < end)
                index = min(lineEnd + 1, end)
            }
        }
        return index - range.lowerBound
    }

    /// The stream has ended: an answer whose length only the end tells is now whole.
    public mutating func finish() throws(HTTPError) {
        switch state {
        case .done:
            return
        case .untilEnd:
            finishBody()
        case .statusLine, .headers, .body, .chunkSize, .chunk, .chunkEnd, .trailers:
            throw .truncated
        }
    }

    /// The rest of a line without its end, or a part of one.
    private mutating func takeLinePart(
        _ part: ArraySlice<UInt8>, isLast: Bool
    ) throws(HTTPError) {
        sectionBytes += part.count + (isLast ? 1 : 0)
        guard sectionBytes <= HTTPLimits.head else { throw .headTooLarge }
        line.append(contentsOf: part)
        guard isLast else { return }
        // RFC 9112, section 2.2: a recipient may take a single LF for the end of a line.
        if line.last == 0x0D {
            line.removeLast()
        }
        try takeLine()
        line.removeAll(keepingCapacity: true)
    }

    private mutating func takeLine() throws(HTTPError) {
        switch state {
        case .statusLine:
            // The same section: RFC 9112, section 2.2, on an empty line before the message.
            if line.isEmpty { return }
            head = HTTPHead()
            try head.takeStatusLine(line)
            state = .headers
        case .headers:
            if line.isEmpty {
                try finishHead()
            } else {
                try head.takeHeader(line)
            }
        case .chunkSize:
            try beginChunk(size: try HTTPHead.chunkSize(line))
        case .chunkEnd:
            guard line.isEmpty else { throw .chunk }
            sectionBytes = 0
            state = .chunkSize
        case .trailers:
            // What trailers say is of no use here.
            if line.isEmpty {
                finishBody()
            }
        case .body, .untilEnd, .chunk, .done:
            return
        }
    }

    /// RFC 9112, section 6.3: how the length of a body is found.
    private mutating func finishHead() throws(HTTPError) {
        if (100...199).contains(head.status) {
            guard head.status != 101 else { throw .upgrade }
            state = .statusLine
            return
        }
        sectionBytes = 0
        if head.status == 204 || head.status == 304 {
            finishBody()
        } else if head.isChunked {
            guard head.contentLength == nil else { throw .contentLength }
            state = .chunkSize
        } else if let length = head.contentLength {
            guard length <= HTTPLimits.body else { throw .bodyTooLarge }
            body.reserveCapacity(length)
            state = .body(remaining: length)
            if length == 0 {
                finishBody()
            }
        } else {
            head.keepsConnection = false
            state = .untilEnd
        }
    }

    private mutating func beginChunk(size: Int) throws(HTTPError) {
        sectionBytes = 0
        guard size <= HTTPLimits.body - body.count else { throw .bodyTooLarge }
        state = size == 0 ? .trailers : .chunk(remaining: size)
    }

    private mutating func append(_ part: ArraySlice<UInt8>) throws(HTTPError) {
        guard part.count <= HTTPLimits.body - body.count else { throw .bodyTooLarge }
        body.append(contentsOf: part)
    }

    private mutating func finishBody() {
        state = .done
        response = HTTPResponse(
            status: head.status, body: body, keepsConnection: head.keepsConnection)
        body = []
    }
}
