"""What is read of other programs, and what the measurement refuses."""

import asyncio

import pytest

from benchmarks.service.__main__ import main
from benchmarks.service.clients import Answers, Client, wrk_figures
from benchmarks.service.processes import running

WRK = """Running 1m test @ http://127.0.0.1:8000
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    31.06ms   12.11ms 250.11ms   88.01%
    Req/Sec     2.10k   210.00     2.60k    71.00%
  Latency Distribution
     50%   30.10ms
     75%   35.00ms
     90%   41.00ms
     99%   80.20ms
  1500 requests in {time}, 9.50MB read
{more}Requests/sec:    150.00
Transfer/sec:      0.95MB
"""


@pytest.mark.parametrize(("time", "rate"), [("10.00s", 150.0), ("1.00m", 25.0), ("500.00ms", 3000.0)])
def test_the_rate_is_that_of_all_answers(time, rate):
    found = wrk_figures(WRK.format(time=time, more=""))
    assert found == {"answers_per_s": rate, "other_answers": 0, "broken": "none", "p50": "30.10ms", "p99": "80.20ms"}


def test_refusals_are_no_answers():
    more = "  Socket errors: connect 0, read 3, write 0, timeout 0\n  Non-2xx or 3xx responses: 500\n"
    found = wrk_figures(WRK.format(time="10.00s", more=more))
    assert (found["answers_per_s"], found["other_answers"]) == (100.0, 500)
    assert found["broken"].startswith("connect 0, read 3")


@pytest.mark.parametrize(("sent", "status", "again"), [(b"", 200, 1), (b"HTTP/1.1 200 OK\r\nContent-Le", 0, 0)])
def test_a_connection_that_breaks_in_an_answer_is_not_asked_again(sent, status, again):
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    pieces = [whole, sent, whole]

    async def answer(reader, writer):
        while await reader.readuntil(b"\r\n\r\n") and pieces:
            writer.write(piece := pieces.pop(0))
            if piece is not whole:
                break
        writer.close()

    async def ask():
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            answers = Answers()
            client = Client(server.sockets[0].getsockname()[1], answers)
            assert await client.ask("/healthz") == 200
            assert await client.ask("/healthz") == status
            client.close()
            assert answers.summary(1)["asked_again"] == again

    asyncio.run(ask())


def test_fewer_posts_than_clients_are_bad_usage(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--posts", "63"])
    assert stopped.value.code == 2
    assert "--posts must be at least 64" in capsys.readouterr().err


def test_a_service_that_does_not_start_says_why():
    with pytest.raises(SystemExit, match="did not start.*workers"), running(0):
        pass
