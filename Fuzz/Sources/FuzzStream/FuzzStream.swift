import ABI
import Archive
import Content
import FuzzSupport

/// Streams of files: the input is a programme that makes a DAG, damages it or its stream here and
/// there, and cuts it into pieces. Without damage the file comes out; with any, the way in which the
/// stream is cut makes no difference, and no more is held than there may be.
@c(LLVMFuzzerTestOneInput)
public func fuzzStream(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var bytes = Bytes(start, count)
    let options = bytes.byte()
    let plan = Plan(&bytes, options)
    // The rest of the programme says how the stream is cut.
    let mark = Int(bytes.number()) % (plan.stream.count + 1)
    var start = FileStream(
        cid: plan.cid, size: UInt32(plan.stream.count + Int(options >> 6 == 3 ? bytes.byte() : 0)),
        length: plan.length, boundTo: options & 8 != 0 ? .zero : nil)
    let most = bytes.byte()
    var whole = start
    let first = feed(&whole, plan.stream, 0..<mark, most: 0)
    let second = feed(&start, plan.stream, 0..<mark, most: most)
    precondition(first == second, "a cut makes a difference")
    var fault = first
    if fault == nil {
        precondition(state(whole) == state(start), "a cut makes another state")
        var copy = start
        let rest = mark..<plan.stream.count
        fault = feed(&whole, plan.stream, rest, most: 0)
        let other = feed(&copy, plan.stream, rest, most: most)
        precondition(fault == other, "a cut makes a difference")
        if fault == nil {
            precondition(state(whole) == state(copy), "a cut makes another state")
        }
        // The copy has changed nothing of what it was copied from.
        precondition(fault == feed(&start, plan.stream, rest, most: 0))
    }
    if let fault { note(fault) }
    check(consume whole, plan, fault, isBound: options & 8 != 0)
    return 0
}

private func check(
    _ stream: consuming FileStream, _ plan: Plan, _ fault: StreamFault?, isBound: Bool
) {
    if !plan.isDamaged, let fault {
        precondition(fault.code == .tooDeep || fault.code == .tooLarge, "a sound file is refused")
    }
    let isComplete = fault == nil && stream.isWhole
    guard let file = stream.finish() else { return }
    precondition(isComplete)
    precondition(file.bytes.count == plan.length, "a file of another length")
    precondition(file.digest == SHA256.hash(file.bytes), "another hash of the file")
    let bound = isBound ? SHA256.hash([UInt8](repeating: 0, count: 20) + file.bytes) : nil
    precondition(file.boundDigest == bound, "another hash of the address and the file")
    precondition(plan.isDamaged || file.bytes == plan.file, "another file")
}

/// The fault of a part of a stream, in one piece or in small ones: of at most 4 · `most` bytes, but no
/// more than a hundred of them.
private func feed(
    _ reader: inout FileStream, _ stream: [UInt8], _ range: Range<Int>, most: UInt8
) -> StreamFault? {
    let bound = FileStream.bound(reader.length)
    let least = 1 + range.count / 100
    var (offset, dice) = (range.lowerBound, UInt32(most))
    while offset < range.upperBound {
        var end = range.upperBound
        if most > 0 {
            dice = dice &* 1_664_525 &+ 1_013_904_223
            end = min(end, offset + least + Int(dice >> 16) % (Int(most) * 4))
        }
        do throws(StreamFault) {
            try reader.append(Array(stream[offset..<end]))
        } catch {
            precondition(reader.heldBytes == 0 && !reader.isWhole)
            precondition((try? reader.append([0])) == nil, "a stream goes on behind its fault")
            return error
        }
        precondition(reader.heldBytes <= bound, "more is held than there may be")
        precondition(!reader.isWhole || end == stream.count)
        offset = end
    }
    return nil
}

private func state(_ stream: FileStream) -> [UInt8] {
    var bytes: [UInt8] = []
    stream.addCanonical { bytes += $0 }
    return bytes
}

private nonisolated(unsafe) var met: Set<String> = []

/// Says once that a fault was met, so that a log shows how deep the fuzzer came.
private func note(_ fault: StreamFault) {
    let text = fault.at.utf8
    let reason = text.lastIndex(of: UInt8(ascii: ":")).map { text[$0...] } ?? text[...]
    let name = fault.code.rawValue + String(decoding: reason, as: UTF8.self)
    if met.insert(name).inserted { print("met \(name)") }
}
