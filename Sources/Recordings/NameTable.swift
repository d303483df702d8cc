/// Names seen before, found by their bytes: a recording repeats a hundred names a million times.
struct NameTable {
    /// Names beyond these are made anew each time.
    private static let most = 1 << 15

    private var names: [String] = []
    private var hashes: [UInt32] = []
    /// Places in `names` plus one, by hash; a power of two, at most half full.
    private var slots = [Int32](repeating: 0, count: 1 << 10)

    init() {
        for word in Word.allCases {
            let bytes = Array(word.text.utf8)
            _ = place(of: bytes, 0, bytes.count)
        }
    }

    subscript(place: Int) -> String { names[place] }

    /// The place of the name that stands in `bytes`; nil when there are too many.
    mutating func place(of bytes: [UInt8], _ from: Int, _ to: Int) -> Int? {
        // FNV-1a.
        var hash: UInt32 = 2_166_136_261
        for index in from..<to { hash = (hash ^ UInt32(bytes[index])) &* 16_777_619 }
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if hashes[place] == hash, isSame(names[place], bytes, from, to) { return place }
            slot = (slot + 1) & mask
        }
        guard names.count < Self.most else { return nil }
        names.append(String(decoding: bytes[from..<to], as: UTF8.self))
        hashes.append(hash)
        slots[slot] = Int32(names.count)
        if names.count * 2 > slots.count { grow() }
        return names.count - 1
    }

    private func isSame(_ name: String, _ bytes: [UInt8], _ from: Int, _ to: Int) -> Bool {
        let span = name.utf8.span
        guard span.count == to - from else { return false }
        for index in 0..<span.count where span[index] != bytes[from + index] { return false }
        return true
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for place in names.indices {
            var slot = Int(hashes[place]) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(place + 1)
        }
    }
}
