"""How the peers are timed."""
import statistics
import time


def seconds(run, rounds, warm_up):
    """The median of the rounds, after `warm_up` that do not count."""
    times = []
    for _ in range(warm_up + rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times[warm_up:])
