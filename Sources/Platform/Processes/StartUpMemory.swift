import CSystem

/// Resident memory that only the start of a program needed.
package enum StartUpMemory {
    /// Gives free heap and the pages of code back to the kernel; what is still used comes back at a fault each.
    package static func giveBack() { system_give_back_memory() }
}
