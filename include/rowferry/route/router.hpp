// Which message a change becomes: outbox message or change event, its topic, key, partition and headers, or a drop with
// its reason.
#pragma once

#include <cstddef>
#include <memory>
#include <rowferry/base/error.hpp>
#include <rowferry/change/change.hpp>
#include <rowferry/change/change_reader.hpp>
#include <rowferry/route/destination.hpp>
#include <rowferry/route/route.hpp>
#include <rowferry/route/rules.hpp>
#include <rowferry/route/topics.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rowferry {

/// Columns without which nobody can say whether the rules fit a table.
struct NeededColumns {
  bool all = false;               ///< an outbox: it is recognised by its columns
  std::vector<std::string> names; ///< that templates name, as they are written there
};

/// Compiled rules. One thread.
class Router final : public TableSelector {
 public:
  /// Checks patterns and templates by themselves: all problems, each "option: what". Empty when there is none.
  static std::vector<std::string> check(const RoutingRules& rules);
  /// `rules` passed check() (else std::invalid_argument). `topics` outlives the router. Of more than `most_routes` all
  /// are dropped where dropping those that nobody else holds is not enough: routers on several threads hold each
  /// other's schemas.
  Router(RoutingRules rules, Topics& topics, std::size_t most_routes = 8192);
  ~Router() override;

  [[nodiscard]] bool wanted(std::string_view database, std::string_view table) const override;
  /// The route of this shape, made at its first sight and cached by the schema object. Null: nobody wants the table.
  /// Cheap for the shape of the call before. Routes of shapes that nobody else holds any more are dropped now and then,
  /// when a new one is made: a route is valid until resolve() is asked for a shape that it did not know. Fails (status
  /// 2) when a template or an outbox column does not fit the table; a table in both `outbox` and `tables`.
  Result<Route*> resolve(const std::shared_ptr<const TableSchema>& table);
  /// The same check for `rowferry check` and the start, without keeping anything. Of a schema without columns, what
  /// names alone tell.
  Result<void> verify(const TableSchema& table) const;
  [[nodiscard]] NeededColumns needed_columns(std::string_view database, std::string_view table) const;
  /// Tables that the rules name exactly ("shop.outbox"): they must exist.
  [[nodiscard]] std::vector<std::string> exact_tables() const;

  /// One-line warnings since the last call (characters replaced in a topic), each said once.
  std::vector<std::string> take_warnings();
  [[nodiscard]] bool has_warnings() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rowferry
