internal import EventLog

/// Finds out whether Kafka answers when there is doubt, and goes on asking until it does. On a thread of its own.
struct HealthCheck: Sendable {
    let watch: KafkaWatch
    let asking: KafkaClient
    let producers: ProducerSlot
    private static let question = Duration.milliseconds(250)
    private static let pause = Duration.milliseconds(20)

    /// Until the health's end.
    func run() {
        while true {
            switch watch.health.next() {
            case .end: return
            case .nothing: asking.poll(milliseconds: 0)
            case .check(let suspicion): check(suspicion)
            }
        }
    }

    private func check(_ suspicion: KafkaHealth.Suspicion) {
        if suspicion == .producerFailed, (try? producers.replace()) != nil { watch.producerReplaced() }
        let clock = ContinuousClock()
        let deadline = clock.now + suspicion.patience
        var isDown = watch.health.isDown
        repeat {
            asking.poll(milliseconds: 0)
            guard let producer = try? producers.current() else { return }
            let left = isDown ? Self.question : min(Self.question, max(.milliseconds(1), deadline - clock.now))
            if producer.isAnswered(within: left) {
                if watch.health.set(isDown: false) { watch.changed(isUp: true) }
                return
            }
            if !isDown, clock.now >= deadline {
                isDown = true
                if watch.health.set(isDown: true) { watch.changed(isUp: false) }
            }
            // Whoever waits is told now; an append that came in between is told at the next turn.
            if isDown { producer.purge() }
        } while !watch.health.isEnded(within: Self.pause)
    }
}
