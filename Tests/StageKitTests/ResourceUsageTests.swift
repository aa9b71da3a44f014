import StageKit
import Testing

@Test(
  "The peak memory is read whether blanks stand before its number or only a tab",
  arguments: [
    ("VmPeak:\t    9999 kB\nVmHWM:\t    1234 kB\n", 1234), ("VmHWM:\t15030872 kB\n", 15_030_872),
    ("VmRSS:\t 1 kB\n", 0),
  ])
func peakMemoryIsRead(status: String, kibibytes: Int) {
  #expect(ResourceUsage.peakMemory(in: status) == kibibytes * 1024)
}
