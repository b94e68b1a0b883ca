"""The queue: bounded, in turns, nothing lost and nothing twice."""

import asyncio

import pytest
from gaihe.serving.http.jobs import BATCH_TOKENS, SMALL_REQUEST, Job, Queue, tokens_of
from gaihe.serving.http.messages import Action, Lane, Redacting, Task
from gaihe.serving.http.refusals import RefusalError
from gaihe.serving.redaction import load_redaction_policy
from hypothesis import example, given
from hypothesis import strategies as st

TASK = Task(Action.DETECT)
WHOLE = Task(Action.REDACT, redaction=Redacting(load_redaction_policy("llm")))
LENGTHS = st.lists(st.lists(st.integers(0, 3_000), min_size=1, max_size=8), max_size=12)
ORDERS = st.lists(
    st.tuples(st.lists(st.integers(0, 3_000), min_size=1, max_size=8), st.sampled_from([TASK, WHOLE])), max_size=12
)


def in_loop(test):
    """Run a test in an event loop, which futures need."""

    async def run():
        return test()

    return asyncio.run(run())


def job(lengths, waits=lambda: True, task=TASK):
    return Job(["好" * length for length in lengths], task, 60, waits)


def everything(queue, lane):
    batches = []
    while batch := queue.take(lane):
        batches.append(batch)
    return batches


@given(ORDERS)
@example([([60], TASK), ([3_000] * 8, WHOLE), ([1_000, 1_000], TASK)])
def test_every_text_is_taken_once_in_batches_of_bounded_size(orders):
    def check():
        queue = Queue([10**9, 10**9])
        jobs = [job(lengths, task=task) for lengths, task in orders]
        for one in jobs:
            queue.put(one)
        batches = [batch for lane in Lane for batch in everything(queue, lane)]
        for batch in batches:
            of_one_whole = batch[0].job.whole and {item.job for item in batch} == {batch[0].job}
            assert len(batch) == 1 or of_one_whole or sum(tokens_of(item.text) for item in batch) <= BATCH_TOKENS
            assert len({item.job.lane for item in batch}) == 1
        taken = [(id(item.job), item.position) for batch in batches for item in batch]
        assert sorted(taken) == sorted((id(one), place) for one in jobs for place in range(len(one.texts)))
        assert queue.tokens(Lane.SMALL) == queue.tokens(Lane.LARGE) == 0

    in_loop(check)


@given(LENGTHS, st.integers(1, 20_000))
def test_no_more_waits_than_the_bound_unless_it_is_one_request(lengths, bound):
    def check():
        queue = Queue([bound, bound])
        for own in lengths:
            one = job(own)
            before = queue.tokens(one.lane)
            try:
                queue.put(one)
            except RefusalError as refusal:
                assert refusal.status == 429 and 1 <= int(refusal.headers["Retry-After"]) <= 60
                assert before and before + one.tokens > bound
            else:
                assert queue.tokens(one.lane) <= bound or not before

    in_loop(check)


def test_a_request_that_finds_no_room_begins_the_next_batch():
    def check():
        queue = Queue([10**6, 10**6])
        late = job([1_500])
        for one in (job([900]), late, *(job([60]) for _ in range(100))):
            queue.put(one)
        queue.take(Lane.SMALL)
        assert queue.take(Lane.SMALL)[0].job is late

    in_loop(check)


def test_large_requests_take_turns_and_small_ones_have_their_own_lane():
    def check():
        queue = Queue([10**6, 10**6])
        first, second, small = job([1_000] * 10), job([1_000] * 10), job([60])
        for one in (first, second, small):
            queue.put(one)
        assert [queue.take(Lane.LARGE)[0].job for _ in range(4)] == [first, second, first, second]
        assert [item.job for item in queue.take(Lane.SMALL)] == [small]
        assert small.tokens <= SMALL_REQUEST < first.tokens

    in_loop(check)


def test_requests_of_several_connections_share_a_batch():
    def check():
        queue = Queue([10**6, 10**6])
        for _ in range(10):
            queue.put(job([60]))
        assert len(queue.take(Lane.SMALL)) == 10

    in_loop(check)


def test_a_job_for_which_nobody_waits_is_not_taken():
    def check():
        queue = Queue([10**6, 10**6])
        gone, refused, kept = job([60], waits=lambda: False), job([60]), job([60])
        for one in (gone, refused, kept):
            queue.put(one)
        refused.refuse(RefusalError(504, "too_slow", ""))
        queue.drop_dead()
        assert queue.tokens(Lane.SMALL) == kept.tokens
        assert [item.job for item in queue.take(Lane.SMALL)] == [kept]
        assert refused.answer.exception() is not None

    in_loop(check)


def test_a_text_that_is_put_back_comes_next_and_alone():
    def check():
        queue = Queue([10**6, 10**6])
        first, second = job([60, 60]), job([60])
        queue.put(first)
        (item, other) = queue.take(Lane.SMALL)
        queue.put(second)
        queue.put_back([item])
        queue.put_back([other])
        again = [queue.take(Lane.SMALL) for _ in range(3)]
        assert [[(one.job, one.position, one.tried) for one in batch] for batch in again] == [
            [(first, 0, 1)],
            [(first, 1, 1)],
            [(second, 0, 0)],
        ]
        assert queue.tokens(Lane.SMALL) == 0

    in_loop(check)


def test_texts_that_share_pseudonyms_are_taken_together():
    def check():
        queue = Queue([10**6, 10**6])
        queue.put(job([1_000] * 10, task=WHOLE))
        assert len(queue.take(Lane.LARGE)) == 10

    in_loop(check)


def test_the_rest_of_a_request_does_not_wait_for_a_large_redaction():
    def check():
        queue = Queue([10**6, 10**6])
        begun, large = job([1_500, 1_500]), job([100_000] * 3, task=WHOLE)
        queue.put(begun)
        queue.take(Lane.LARGE)
        queue.put(large)
        assert [{item.job for item in batch} for batch in everything(queue, Lane.LARGE)] == [{begun}, {large}]

    in_loop(check)


def test_an_answer_keeps_the_order_of_the_texts():
    async def check():
        one = job([1, 2, 3])
        for position in (2, 0, 1):
            one.settle(position, str(position).encode())
        one.settle(1, b"again")
        assert await one.answer == [b"0", b"1", b"2"]

    asyncio.run(check())


@pytest.mark.parametrize("bound", [1, 100])
def test_a_request_larger_than_the_bound_is_taken_when_nothing_waits(bound):
    def check():
        queue = Queue([bound, bound])
        queue.put(job([50_000]))
        with pytest.raises(RefusalError):
            queue.put(job([50_000]))

    in_loop(check)
