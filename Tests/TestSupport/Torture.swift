// How long the tests run that damage, forge and starve.
import Foundation

/// The factor on the number of cases that such tests try: the variable TORTURE, or 1.
package let torture = max(1, ProcessInfo.processInfo.environment["TORTURE"].flatMap { Int($0) } ?? 1)
