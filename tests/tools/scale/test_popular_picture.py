"""What is reported about the readers of one popular picture."""

from tools.scale.popular_picture import Crowd


def test_the_waiting_time_is_the_one_that_95_of_100_readers_do_not_exceed():
    crowd = Crowd(seconds=[float(n) for n in range(1, 101)], lost=0, refusals=0, spent=[1, 3])

    assert crowd.in_words() == "25 75 %, 4 s of cores, p95 95.0 s"
