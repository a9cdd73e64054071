// Which message a change becomes: outbox message or change event, its topic, key, partition and headers, or a drop with
// its reason.
#pragma once

#include <cstdint>
#include <memory>
#include <rowferry/base/error.hpp>
#include <rowferry/base/output.hpp>
#include <rowferry/change/change.hpp>
#include <rowferry/change/change_reader.hpp>
#include <rowferry/route/rules.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

using TopicId = std::uint32_t;

/// Topic names met so far, numbered from 0. Written by the routing thread only; the sink reads on the same thread.
class Topics {
 public:
  TopicId intern(std::string_view name);
  [[nodiscard]] const std::string& name(TopicId topic) const noexcept { return *names_[topic]; }
  [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }

 private:
  struct Index;
  std::shared_ptr<Index> index_;
  std::vector<const std::string*> names_;
};

struct Header {
  std::string_view name;
  std::string_view value;
};

enum class KeyKind : std::uint8_t {
  none,     ///< Kafka null
  text,     ///< Destination::key
  encoded,  ///< the bytes of the value's own `key`: the encoder writes it
};

/// Where one message goes. Views borrow from the router's scratch and from the change: valid until the next route().
struct Destination {
  TopicId topic = 0;
  KeyKind key_kind = KeyKind::none;
  std::string_view key;
  /// -1: by the key (or any, without one). Keyless table changes name partition 0, so that their order holds.
  std::int32_t partition = -1;
  bool every_partition = false;  ///< TRUNCATE
  std::span<const Header> headers;
  std::int64_t timestamp_ms = 0;  ///< 0: when it is sent
};

enum class Drop : std::uint8_t {
  none,
  outbox_bookkeeping,  ///< update or delete of an outbox row
  excluded,            ///< no rule wants the table
};
std::string_view drop_name(Drop drop) noexcept;

enum class RouteKind : std::uint8_t { outbox, table };

/// The compiled rule of one table shape. Made by Router::resolve.
class Route {
 public:
  virtual ~Route() = default;
  [[nodiscard]] RouteKind kind() const noexcept { return kind_; }
  [[nodiscard]] const TableSchema& table() const noexcept { return *table_; }
  /// Fills `destination` and returns Drop::none, or says why no message comes of this change. Errors: status 5 or 4 with
  /// position and table (an outbox update that changes the id without the payload, a NULL in a topic, a topic that is too
  /// long).
  virtual Result<Drop> route(const Change& change, Destination& destination) = 0;
  /// Outbox: index of the payload column. -1 for a table.
  [[nodiscard]] int payload_column() const noexcept { return payload_column_; }

 protected:
  Route(RouteKind kind, std::shared_ptr<const TableSchema> table, int payload_column)
      : kind_(kind), table_(std::move(table)), payload_column_(payload_column) {}

 private:
  RouteKind kind_;
  std::shared_ptr<const TableSchema> table_;
  int payload_column_;
};

/// Compiled rules. One thread.
class Router final : public TableSelector {
 public:
  /// Checks patterns and templates by themselves: all problems, each "option: what". Empty when there is none.
  static std::vector<std::string> check(const RoutingRules& rules);
  /// `rules` passed check(). `topics` outlives the router.
  Router(RoutingRules rules, Topics& topics);
  ~Router() override;

  [[nodiscard]] bool wanted(std::string_view database, std::string_view table) const override;
  /// The route of this shape, made at its first sight and cached by the schema object. Null: nobody wants the table.
  /// Fails (status 2) when a template or an outbox column does not fit the table; a table in both `outbox` and `tables`.
  Result<Route*> resolve(const std::shared_ptr<const TableSchema>& table);
  /// The same check for `rowferry check` and the start, without keeping anything. `outbox` table in both kinds is an error.
  Result<void> verify(const TableSchema& table) const;
  /// Tables that the rules name exactly ("shop.outbox"): they must exist.
  [[nodiscard]] std::vector<std::string> exact_tables() const;

  /// One-line warnings since the last call (characters replaced in a topic), each said once.
  std::vector<std::string> take_warnings();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rowferry
