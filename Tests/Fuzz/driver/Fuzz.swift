import FuzzTargets
import Glibc
import Platform

@_silgen_name("LLVMFuzzerRunDriver") private func LLVMFuzzerRunDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ one: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

nonisolated(unsafe) private var chosen: Fuzzed?

/// `fuzz list` names the targets; `fuzz seeds NAME FOLDER` writes what one is fed at first; `fuzz run NAME …` is
/// libFuzzer with its own options.
@main struct Fuzz {
    static func main() {
        let words = CommandLine.arguments
        switch words.dropFirst().first {
        case "list":
            for target in Fuzzed.all { print(target.name) }
        case "seeds" where words.count == 4:
            for (place, seed) in target(words[2]).seeds.enumerated() {
                guard let file = unsafe fopen("\(words[3])/seed-\(place)", "w") else { exit(2) }
                _ = unsafe fwrite(seed, 1, seed.count, file)
                _ = unsafe fclose(file)
            }
        case "run" where words.count >= 3:
            unsafe chosen = target(words[2])
            run([words[0]] + words.dropFirst(3))
        default:
            StandardStreams.complain(
                "usage: fuzz list | seeds NAME FOLDER | run NAME [options of libFuzzer]\n")
            exit(2)
        }
    }

    private static func target(_ name: String) -> Fuzzed {
        guard let found = Fuzzed.all.first(where: { $0.name == name }) else {
            StandardStreams.complain("there is no target \(name)\n")
            exit(2)
        }
        return found
    }

    private static func run(_ arguments: [String]) {
        var count = CInt(arguments.count)
        let vector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
            capacity: arguments.count + 1)
        for (place, word) in arguments.enumerated() { unsafe vector[place] = strdup(word) }
        unsafe vector[arguments.count] = nil
        var held = unsafe vector
        _ = unsafe LLVMFuzzerRunDriver(&count, &held) { data, size in
            unsafe chosen?.read(Array(UnsafeBufferPointer(start: data, count: size)))
            return 0
        }
    }
}
