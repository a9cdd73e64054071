#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>
#include <rowferry/checkpoint/delivery_tracker.hpp>
#include <stdexcept>

#include "checkpoint/commit_queue.hpp"
#include "checkpoint/frontier.hpp"
#include "checkpoint/name_table.hpp"

namespace rowferry {
namespace {

/// A message on its way. The reader writes the first two before it submits; the acknowledger reads them and writes the
/// third.
struct Slot {
  std::uint64_t rows_done = 0;
  std::uint32_t table = 0; ///< with kBegins: the first message of its transaction
  std::uint32_t completed =
      0; // low half of the token that was completed last: a slot need not be reset for its next use
};

constexpr std::uint32_t kBegins = 0x80000000;

std::uint32_t low_half(Token token) noexcept { return static_cast<std::uint32_t>(token); }

} // namespace

struct DeliveryTracker::State {
  State(std::size_t capacity, std::size_t commit_capacity)
      : slots(capacity), begun(capacity), mask(capacity - 1), commits(commit_capacity), frontier(names) {}

  Slot& slot(Token token) noexcept { return slots[token & mask]; }
  [[nodiscard]] Commit next_commit() const noexcept {
    Commit commit;
    commit.last_token = registered.load(std::memory_order_relaxed);
    commit.told = told;
    return commit;
  }
  /// A file's number, without a look at the server's name while it is the same.
  std::uint32_t file_number(std::string_view name) {
    if (file_known && name == file) return file_index;
    file_index = names.file(server_uuid, name);
    file = name;
    file_known = true;
    return file_index;
  }
  void drain_commits() noexcept;
  void advance() noexcept;

  std::vector<Slot> slots;
  std::vector<Begun> begun; // of the slots that begin a transaction
  std::uint64_t mask;
  NameTable names;
  CommitQueue commits;
  std::string server_uuid; // the reader's, as are the next
  std::string file;        // of the last commit, with its number
  std::uint32_t file_index = 0;
  bool file_known = false;
  Begun beginning;        // the transaction of the next message,
  bool begins = false;    // when it is the first of it
  std::uint64_t told = 0; // the reader's: entries of the log in `names`
  Frontier frontier;      // the acknowledger's

  alignas(64) std::atomic<Token> registered{0}; // stored by the reader
  Token known_delivered = 0;                    // the reader's last look at delivered
  alignas(64) std::atomic<Token> delivered{0};  // stored by the acknowledger, after it has read the slots below
};

void DeliveryTracker::State::drain_commits() noexcept {
  if (commits.empty()) return;
  const Token done = delivered.load(std::memory_order_relaxed);
  for (Commit commit; commits.pop(done, commit);) frontier.commit(commit);
}

// A commit is published before the next message is registered. So when that is complete, the commit is there.
void DeliveryTracker::State::advance() noexcept {
  drain_commits();
  Token done = delivered.load(std::memory_order_relaxed);
  while (slot(done + 1).completed == low_half(done + 1)) {
    const Slot& next = slot(++done);
    if ((next.table & kBegins) != 0) frontier.begin(begun[done & mask]);
    frontier.message(next.table & ~kBegins, next.rows_done);
    delivered.store(done, std::memory_order_release);
    drain_commits();
  }
}

DeliveryTracker::DeliveryTracker(std::size_t capacity, std::size_t commits) {
  if (!std::has_single_bit(capacity) || capacity > UINT32_MAX) {
    throw std::invalid_argument("capacity of a delivery tracker is no power of two below 2^32");
  }
  state_ = std::make_unique<State>(capacity, commits);
}

DeliveryTracker::~DeliveryTracker() = default;

void DeliveryTracker::start(const Checkpoint& start) {
  assert(registered() == 0);
  set_server(start.server_uuid);
  state_->frontier.start(start);
}

std::uint32_t DeliveryTracker::table_index(std::string_view database, std::string_view table) {
  return state_->names.table(database, table);
}

bool DeliveryTracker::has_room(std::size_t messages) const noexcept {
  const Token registered = state_->registered.load(std::memory_order_relaxed);
  const std::uint64_t capacity = state_->slots.size();
  if (registered - state_->known_delivered + messages <= capacity) return true;
  state_->known_delivered = state_->delivered.load(std::memory_order_acquire);
  return registered - state_->known_delivered + messages <= capacity;
}

Token DeliveryTracker::add(std::uint32_t table, std::uint64_t rows_done) noexcept {
  assert(has_room());
  const Token token = state_->registered.load(std::memory_order_relaxed) + 1;
  Slot& slot = state_->slot(token);
  slot.rows_done = rows_done;
  slot.table = table;
  if (state_->begins) {
    state_->begins = false;
    slot.table |= kBegins;
    state_->begun[token & state_->mask] = state_->beginning;
  }
  state_->registered.store(token, std::memory_order_release);
  return token;
}

void DeliveryTracker::cancel(Token token) noexcept {
  assert(token == registered());
  state_->begins = (state_->slot(token).table & kBegins) != 0;
  state_->registered.store(token - 1, std::memory_order_release);
}

bool DeliveryTracker::commit(const Gtid* gtid, const FileOffset& at, const Fingerprint& fingerprint) {
  Commit commit = state_->next_commit();
  commit.file = state_->file_number(at.file);
  commit.offset = at.offset;
  commit.fingerprint = fingerprint;
  commit.ends_transaction = true;
  if (gtid != nullptr) {
    commit.source = state_->names.source(*gtid);
    commit.gnos = {gtid->number(), gtid->number() + 1};
  }
  return state_->commits.push(commit);
}

void DeliveryTracker::set_server(std::string_view uuid) {
  state_->server_uuid = uuid;
  state_->file_known = false;
}

void DeliveryTracker::set_shape(std::string_view database, std::string_view table, std::string definition) {
  state_->told = state_->names.tell(KnownShape{std::string(database), std::string(table), std::move(definition)});
}

void DeliveryTracker::set_prepared(PreparedXa xa) { state_->told = state_->names.tell(std::move(xa)); }
void DeliveryTracker::set_decided(const Xid& xid) { state_->told = state_->names.tell(xid); }

bool DeliveryTracker::note() {
  Commit commit = state_->next_commit();
  commit.moves = false;
  return state_->commits.push(commit);
}

void DeliveryTracker::begin(const Gtid* gtid, std::uint64_t commit_us) {
  Begun& begun = state_->beginning;
  begun.source = gtid == nullptr ? kNoSource : state_->names.source(*gtid);
  begun.gno = gtid == nullptr ? 0 : gtid->number();
  begun.us = commit_us;
  state_->begins = true;
}

bool DeliveryTracker::move(const FileOffset& at, const Fingerprint& fingerprint) {
  Commit commit = state_->next_commit();
  commit.file = state_->file_number(at.file);
  commit.offset = at.offset;
  commit.fingerprint = fingerprint;
  return state_->commits.push(commit);
}

void DeliveryTracker::complete(Token token) noexcept {
  [[maybe_unused]] const Token registered =
      state_->registered.load(std::memory_order_acquire); // what add() wrote is seen
  assert(token > delivered() && token <= registered);
  state_->slot(token).completed = low_half(token);
  if (token == state_->delivered.load(std::memory_order_relaxed) + 1) state_->advance();
}

std::string DeliveryTracker::table_of(Token token) const {
  assert(token > delivered() && token <= registered());
  const TableName name = state_->names.table(state_->slot(token).table & ~kBegins);
  return "`" + name.database + "`.`" + name.table + "`";
}

std::optional<Checkpoint> DeliveryTracker::take() {
  state_->drain_commits();
  if (!state_->frontier.changed()) return std::nullopt;
  return state_->frontier.checkpoint();
}

std::uint64_t DeliveryTracker::registered() const noexcept {
  return state_->registered.load(std::memory_order_acquire);
}

std::uint64_t DeliveryTracker::delivered() const noexcept { return state_->delivered.load(std::memory_order_acquire); }

// In this order, so that the difference cannot be negative.
std::uint64_t DeliveryTracker::in_flight() const noexcept {
  const Token done = delivered();
  return registered() - done;
}

} // namespace rowferry
