#include "tests/integration/email_wire/wire_pair.h"

namespace parley::channels::email::wire {
namespace {

class Lines : public WirePair {};

TEST_F(Lines, ComeOneByOneWithoutTheirEnds) {
  run([](Lines& test) -> Task<void> {
    std::ignore = co_await test.theirs->write("one\r\n\r\nthree\nfo", 1s);
    for (const std::string expected : {"one", "", "three"}) {
      const auto line = co_await test.ours->read_line(100, 1s);
      EXPECT_EQ(line.value(), expected);
    }
    std::ignore = co_await test.theirs->write("ur\r\n", 1s);
    const auto line = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(line.value(), "four");
    EXPECT_EQ(test.ours->remote_address(), "127.0.0.1");
  }(*this));
}

TEST_F(Lines, LateLineGoesOnWhereItStopped) {
  run([](Lines& test) -> Task<void> {
    std::ignore = co_await test.theirs->write("be", 1s);
    const auto late = co_await test.ours->read_line(100, 30ms);
    EXPECT_EQ(late.error().code, Errc::timeout);
    EXPECT_TRUE(test.ours->is_open());
    std::ignore = co_await test.theirs->write("gin\r\n", 1s);
    const auto line = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(line.value(), "begin");
  }(*this));
}

// The limit is for the line, so sending a byte now and then does not keep a connection.
TEST_F(Lines, DripDoesNotMoveTheDeadline) {
  run([](Lines& test) -> Task<void> {
        const auto late = co_await test.ours->read_line(100, 100ms);
        EXPECT_EQ(late.error().code, Errc::timeout);
        test.ours->close();
      }(*this),
      [](Lines& test) -> Task<void> {
        int drops = 0;
        for (bool is_open = true; is_open && drops < 300; ++drops) {
          std::ignore = co_await test.theirs->write("x", 1s);
          const auto answer = co_await test.theirs->read_some(1, 10ms);
          is_open = answer.error().code == Errc::timeout;
        }
        EXPECT_LT(drops, 100);
      }(*this));
}

TEST_F(Lines, TooLongLineIsSkipped) {
  run([](Lines& test) -> Task<void> {
    std::ignore = co_await test.theirs->write(std::string(101, 'x') + "\r\n" + std::string(100, 'y') + "\r\n" + std::string(20'000, 'z') + "\r\nnext\r\n", 1s);
    const auto one_more = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(one_more.error().code, Errc::too_large);
    const auto just = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(just.value(), std::string(100, 'y'));
    const auto huge = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(huge.error().code, Errc::too_large);
    const auto next = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(next.value(), "next");
  }(*this));
}

TEST_F(Lines, EndlessLineEndsTheConnection) {
  run([](Lines& test) -> Task<void> {
    std::ignore = co_await test.theirs->write(std::string(80'000, 'x'), 1s);
    const auto line = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(line.error().code, Errc::too_large);
    EXPECT_FALSE(test.ours->is_open());
    const auto after = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(after.error().code, Errc::unavailable);
  }(*this));
}

TEST_F(Lines, LiteralIsReadExactly) {
  const std::string literal(300'000, '\n');
  run([](Lines& test, std::string bytes) -> Task<void> { std::ignore = co_await test.theirs->write("{300000}\r\n" + bytes + " tail)\r\n", 1s); }(*this, literal),
      [](Lines& test, std::string bytes) -> Task<void> {
    const auto head = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(head.value(), "{300000}");
    const auto read = co_await test.ours->read_exactly(bytes.size(), 1s);
    EXPECT_TRUE(read.value() == bytes);
    const auto tail = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(tail.value(), " tail)");
    const auto nothing = co_await test.ours->read_exactly(0, 1s);
    EXPECT_EQ(nothing.value(), "");
    const auto late = co_await test.ours->read_exactly(1, 30ms);
    EXPECT_EQ(late.error().code, Errc::timeout);
    EXPECT_FALSE(test.ours->is_open());
  }(*this, literal));
}

TEST_F(Lines, ClosedPeerIsUnavailableAndItsLastWordsAreRead) {
  run([](Lines& test) -> Task<void> {
    std::ignore = co_await test.theirs->write("bye\r\nhalf", 1s);
    test.theirs->close();
    const auto line = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(line.value(), "bye");
    const auto half = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(half.error().code, Errc::unavailable);
  }(*this));
}

TEST_F(Lines, WakeEndsAReadAndClosingEndsItToo) {
  run([](Lines& test) -> Task<void> {
    boost::asio::post(test.io, [&test] { test.ours->wake(); });
    const auto woken = co_await test.ours->read_line(100, 10s);
    EXPECT_EQ(woken.error().code, Errc::timeout);
    EXPECT_TRUE(test.ours->is_open());
    test.ours->wake();  // nothing runs
    std::ignore = co_await test.theirs->write("still here\r\n", 1s);
    const auto line = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(line.value(), "still here");
    boost::asio::post(test.io, [&test] { test.ours->close(); });
    const auto closed = co_await test.ours->read_some(100, 10s);
    EXPECT_EQ(closed.error().code, Errc::unavailable);
  }(*this));
}

TEST_F(Lines, PeerThatDoesNotReadIsNotWaitedForLong) {
  run([](Lines& test) -> Task<void> {
    const auto written = co_await test.ours->write(std::string(64u << 20, 'x'), 50ms);
    EXPECT_EQ(written.error().code, Errc::timeout);
    EXPECT_FALSE(test.ours->is_open());
  }(*this));
}

// With bytes of the peer unread a plain close would reset the connection, and the peer might never see what we said last.
TEST_F(Lines, FinishingDeliversTheLastWords) {
  run([](Lines& test) -> Task<void> {
    std::ignore = co_await test.theirs->write(std::string(10'000, 'x'), 1s);
    std::ignore = co_await test.ours->read_some(1, 1s);
    std::ignore = co_await test.ours->write("421 enough\r\n", 1s);
    co_await test.ours->finish(50ms);
    EXPECT_FALSE(test.ours->is_open());
    const auto line = co_await test.theirs->read_line(100, 1s);
    EXPECT_EQ(line.value(), "421 enough");
    const auto end = co_await test.theirs->read_line(100, 1s);
    EXPECT_EQ(end.error().code, Errc::unavailable);
  }(*this));
}

TEST_F(Lines, ConnectingSaysWhatIsWrong) {
  run([](Lines& test) -> Task<void> {
    const auto executor = test.io.get_executor();
    const auto refused = co_await LineStream::connect(executor, "127.0.0.1", 1, 1s);
    EXPECT_EQ(refused.error().code, Errc::unavailable);
    const auto by_name = co_await LineStream::connect(executor, "localhost", test.port(), 2s);
    EXPECT_TRUE(by_name.has_value());
    const auto unknown = co_await LineStream::connect(executor, "no such name", 25, 5s);
    EXPECT_EQ(unknown.error().code, Errc::not_found);
  }(*this));
}

}  // namespace
}  // namespace parley::channels::email::wire
