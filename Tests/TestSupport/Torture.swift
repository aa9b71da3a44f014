// How long the tests go on that damage, forge and starve.
import Foundation

/// How many times as many cases such tests try: the variable TORTURE, or 1.
package let torture = max(1, ProcessInfo.processInfo.environment["TORTURE"].flatMap { Int($0) } ?? 1)
