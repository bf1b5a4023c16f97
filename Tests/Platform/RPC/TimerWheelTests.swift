import Testing

@testable import RPC

struct TimerWheelTests {
    private static let millisecond: UInt64 = 1_000_000

    @Test func nothingExpiresEarlyAndNothingLaterThanATick() {
        var generator = SystemRandomNumberGenerator()
        var wheel = TimerWheel(now: 0)
        var times: [Int: UInt64] = [:]
        var now: UInt64 = 0
        var expired: [Int] = []
        for step in 0..<20_000 {
            let index = Int.random(in: 0..<500, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                wheel.disarm(index)
                times[index] = nil
            case 1 where step % 50 == 0: now += UInt64.random(in: 0...5_000, using: &generator) * Self.millisecond
            case 1: now += UInt64.random(in: 0...3_000_000, using: &generator)
            default:
                let time = now + UInt64.random(in: 0...4_000, using: &generator) * Self.millisecond
                wheel.arm(index, at: time)
                times[index] = time
            }
            expired.removeAll()
            wheel.expire(now: now, into: &expired)
            for index in expired {
                let time = times.removeValue(forKey: index)
                #expect(time.map { $0 <= now } == true)
            }
            #expect(times.values.allSatisfy { $0 + TimerWheel.tick > now })
            #expect(wheel.count == times.count)
            if step % 100 == 0, let earliest = times.values.min() {
                let look = wheel.nextLook ?? 0
                #expect(look > now && look <= earliest + TimerWheel.tick)
            }
        }
        #expect(wheel.count > 0)
    }

    @Test func aLongPauseLosesNothing() {
        var wheel = TimerWheel(now: 0)
        for index in 0..<100 { wheel.arm(index, at: UInt64(index) * 100 * Self.millisecond) }
        var expired: [Int] = []
        wheel.expire(now: 3_600_000 * Self.millisecond, into: &expired)
        #expect(expired.sorted() == Array(0..<100))
        #expect(wheel.count == 0 && wheel.nextLook == nil)
    }
}
