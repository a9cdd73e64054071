// The tracker under two threads, with completions in random order, against a model that keeps everything.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <rowferry/checkpoint/delivery_tracker.hpp>

#include <thread>
#include <utility>

namespace rowferry {
namespace {

const Uuid kUuids[] = {*Uuid::parse("3e11fa47-71ca-11e1-9e33-c80aa9429562"),
                       *Uuid::parse("aaaaaaaa71ca11e19e33c80aa9429562")};
constexpr std::uint32_t kTables = 3;

std::uint32_t draw(std::mt19937& random, std::uint32_t below) {
  return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(random);
}

/// Everything the reader did, and the messages handed to the acknowledger.
class Model {
 public:
  void submit(std::uint32_t table, std::uint64_t rows_done, const std::optional<Gtid>& gtid) {
    const std::lock_guard lock(mutex_);
    messages_.push_back({table, rows_done, gtid});
    submitted_.push_back(messages_.size());
  }
  /// Before the tracker is told, so that every checkpoint finds its commit here.
  void ended(const Position& position) {
    const std::lock_guard lock(mutex_);
    ends_[position.at.offset] = {messages_.size(), position.executed.mysql().count()};
  }
  std::vector<Token> receive() {
    const std::lock_guard lock(mutex_);
    return std::exchange(submitted_, {});
  }
  /// The checkpoint holds a state that the reader was in, and nothing beyond the `delivered` first messages.
  void check(const Checkpoint& checkpoint, std::uint64_t delivered) const {
    const std::lock_guard lock(mutex_);
    const auto end = ends_.find(checkpoint.position.at.offset);
    ASSERT_NE(end, ends_.end());
    const auto [last_token, gtids] = end->second;
    EXPECT_LE(last_token, delivered);
    EXPECT_EQ(checkpoint.position.executed.mysql().count(), gtids);
    std::map<std::string, std::uint64_t> expected;
    for (std::uint64_t i = last_token; i < delivered; ++i) {
      const Message& message = messages_[i];
      if (message.rows_done != 0) expected[std::to_string(message.table)] = message.rows_done;
    }
    std::map<std::string, std::uint64_t> actual;
    for (const DeliveredRows& rows : checkpoint.delivered) actual[rows.table] = rows.rows;
    EXPECT_EQ(actual, expected);
    EXPECT_EQ(checkpoint.delivered_of, expected.empty() ? std::nullopt : messages_[delivered - 1].gtid);
  }

 private:
  struct Message {
    std::uint32_t table = 0;
    std::uint64_t rows_done = 0;
    std::optional<Gtid> gtid; // of its transaction
  };
  struct End {
    std::uint64_t last_token = 0;
    std::uint64_t gtids = 0;
  };
  mutable std::mutex mutex_;
  std::vector<Message> messages_;
  std::vector<Token> submitted_;
  std::map<std::uint64_t, End> ends_{{0, {}}}; // by the offset, which only grows
};

class Reader {
 public:
  Reader(DeliveryTracker& tracker, Model& model, std::uint32_t seed)
      : tracker_(tracker), model_(model), random_(seed) {}

  void run(int transactions) {
    for (std::uint32_t i = 0; i < kTables; ++i) tables_[i] = tracker_.table_index("db", std::to_string(i));
    for (int i = 0; i < transactions; ++i) {
      if (draw(random_, 8) == 0) rotate();
      transaction();
    }
  }
  [[nodiscard]] const Position& position() const { return position_; }

 private:
  void transaction() {
    std::optional<Gtid> gtid;
    if (draw(random_, 10) != 0) {
      const std::uint32_t source = draw(random_, 20) == 0;
      gtid = MysqlGtid{kUuids[source], {}, ++gnos_[source]};
    }
    const Gtid* const id = gtid ? &*gtid : nullptr;
    std::uint64_t rows[kTables] = {};
    std::uint32_t left = draw(random_, 3) == 0 ? 0 : draw(random_, 6);
    if (left != 0) tracker_.begin(id);
    for (; left > 0; --left) {
      while (!tracker_.has_room(2)) std::this_thread::yield();
      if (draw(random_, 10) == 0) tracker_.cancel(tracker_.add(tables_[0], 12345));
      const std::uint32_t table = draw(random_, kTables);
      if (draw(random_, 5) == 0) send(table, rows[table], gtid); // the first half of a pair
      send(table, ++rows[table], gtid);
    }
    if (gtid) position_.executed.add(*gtid);
    position_.at.offset += 1 + draw(random_, 100);
    model_.ended(position_);
    while (!tracker_.commit(id, position_.at, fingerprint())) std::this_thread::yield();
  }
  void send(std::uint32_t table, std::uint64_t rows_done, const std::optional<Gtid>& gtid) {
    while (!tracker_.has_room()) std::this_thread::yield();
    tracker_.add(tables_[table], rows_done);
    model_.submit(table, rows_done, gtid);
  }
  void rotate() {
    position_.at.file = "bin." + std::to_string(++files_);
    ++position_.at.offset;
    model_.ended(position_);
    while (!tracker_.move(position_.at, fingerprint())) std::this_thread::yield();
  }
  [[nodiscard]] Fingerprint fingerprint() const { return {position_.at.offset - 1, 1, 2, 1, 4}; }

  DeliveryTracker& tracker_;
  Model& model_;
  std::mt19937 random_;
  Position position_;
  std::uint32_t tables_[kTables] = {};
  std::uint64_t gnos_[2] = {};
  int files_ = 0;
};

void run(std::uint32_t seed, std::size_t capacity, std::size_t commits, int transactions) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  DeliveryTracker tracker(capacity, commits);
  tracker.start({});
  Model model;
  Reader reader(tracker, model, seed);
  std::atomic<bool> finished{false};
  std::thread thread([&] {
    reader.run(transactions);
    finished.store(true);
  });

  std::mt19937 random(seed + 1);
  std::vector<Token> waiting;
  std::optional<Checkpoint> last;
  for (bool ending = false;;) {
    ending = ending || finished.load();
    const std::vector<Token> received = model.receive();
    waiting.insert(waiting.end(), received.begin(), received.end());
    for (std::uint32_t n = draw(random, 8); n > 0 && !waiting.empty(); --n) {
      std::swap(waiting[draw(random, static_cast<std::uint32_t>(waiting.size()))], waiting.back());
      tracker.complete(waiting.back());
      waiting.pop_back();
    }
    EXPECT_LE(tracker.in_flight(), capacity);
    std::optional<Checkpoint> taken = tracker.take();
    if (taken) {
      EXPECT_NE(taken, last);
      model.check(*taken, tracker.delivered());
      last = std::move(taken);
    }
    if (::testing::Test::HasFailure() || (ending && waiting.empty() && tracker.in_flight() == 0)) break;
    if (received.empty() && waiting.empty()) std::this_thread::yield();
  }
  if (::testing::Test::HasFailure()) std::abort(); // the reader may wait for room for ever
  thread.join();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->position, reader.position());
  EXPECT_TRUE(last->delivered.empty());
}

TEST(DeliveryTrackerThreads, AgreeWithAModel) {
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    run(seed, 4, 2, 300);
    run(seed, 64, 16, 1000);
    run(seed, 1024, 1024, 1000);
  }
}

} // namespace
} // namespace rowferry
