// The compiled rule of one table shape.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <rowferry/base/error.hpp>
#include <rowferry/change/change.hpp>
#include <rowferry/route/destination.hpp>
#include <rowferry/route/rules.hpp>
#include <string_view>
#include <utility>

namespace rowferry {

/// Why no message comes of a change.
enum class Drop : std::uint8_t {
  none,
  outbox_bookkeeping,   ///< update, delete or TRUNCATE of outbox rows
  truncate_without_row, ///< a TRUNCATE whose topic only a row's columns would give
};

enum class RouteKind : std::uint8_t { outbox, table };

/// What a later stage keeps beside a route and drops with it: the route's encoder.
class RouteCompanion {
 public:
  virtual ~RouteCompanion() = default;
};

/// Made by Router::resolve; owned by the router.
class Route {
 public:
  virtual ~Route() = default;
  Route(const Route&) = delete;
  Route& operator=(const Route&) = delete;

  [[nodiscard]] RouteKind kind() const noexcept { return kind_; }
  [[nodiscard]] const TableSchema& table() const noexcept { return *table_; }
  /// Fills `destination` and returns Drop::none, or says why no message comes of this change. Errors name position and
  /// table: status 5 (an outbox update that changes the id without the payload, a NULL in a topic), status 4 (a topic
  /// that Kafka refuses).
  virtual Result<Drop> route(const Change& change, Destination& destination) = 0;
  /// The topic, where it is the same for every row.
  [[nodiscard]] virtual std::optional<TopicId> constant_topic() const noexcept = 0;
  /// Outbox: index of the payload column. -1 for a table.
  [[nodiscard]] int payload_column() const noexcept { return payload_column_; }
  /// `headers: {id: true}`: the encoder adds the header, because the halves of a key change differ in it.
  [[nodiscard]] bool id_header() const noexcept { return id_header_; }
  /// What the encoder does with text that is none.
  [[nodiscard]] InvalidText invalid_text() const noexcept { return invalid_text_; }

  [[nodiscard]] RouteCompanion* companion() const noexcept { return companion_.get(); }
  void keep(std::unique_ptr<RouteCompanion> companion) noexcept { companion_ = std::move(companion); }

 protected:
  Route(RouteKind kind, std::shared_ptr<const TableSchema> table, int payload_column, bool id_header,
        InvalidText invalid_text)
      : kind_(kind),
        id_header_(id_header),
        invalid_text_(invalid_text),
        payload_column_(payload_column),
        table_(std::move(table)) {}

 private:
  RouteKind kind_;
  bool id_header_;
  InvalidText invalid_text_;
  int payload_column_;
  std::shared_ptr<const TableSchema> table_;
  std::unique_ptr<RouteCompanion> companion_;
};

} // namespace rowferry
