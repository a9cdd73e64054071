// The templates of one rule, bound to one table: topic, key, partition and headers of a row.
#pragma once

#include <optional>
#include <rowferry/route/destination.hpp>
#include <rowferry/route/template.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "route/warnings.hpp"

namespace rowferry {

/// The templates of one rule, parsed.
struct AddressTemplates {
  Template topic;
  std::optional<Template> key;
  std::optional<Template> partition;
  std::vector<std::pair<std::string, Template>> headers;
};

/// Where rendered text lives until the next row. Reused: nothing is allocated in the steady state.
class AddressScratch {
 public:
  AddressScratch() : text_(usage_, 4096) {}

 private:
  friend class Addresser;
  void clear() noexcept;
  /// The text so far is the key.
  void end_key() noexcept { end_ = text_.size(); }
  /// The text behind the last end is the value of this header.
  void end_header(std::string_view name);
  /// All is rendered, so the text stays where it is: the first `key_size` bytes are the key.
  void finish(std::size_t key_size, Address& address);

  OutputUsage usage_;
  Output text_;
  std::size_t end_ = 0;        ///< of the last key or header in text_
  const char* base_ = nullptr; ///< of text_ when the row began
  bool moved_ = false;         ///< away from there, at some header
  std::vector<Header> headers_;
};

class Addresser {
 public:
  /// `table`, `topics` and `warnings` outlive this. Fails (status 2) for a name that is no column, and for a topic that
  /// is the same for every row and that Kafka refuses. Of a table whose shape is not known (no columns) only what needs
  /// no column is bound.
  static Result<Addresser> bind(const AddressTemplates& templates, const TableSchema& table, std::string_view option,
                                Topics& topics, RouteWarnings& warnings);

  /// Fills topic, key, partition and headers; the key kind is left as it was when there is no key template. Errors name
  /// the change and the column, and never a value.
  Result<void> render(const RowView& row, const Change& change, AddressScratch& scratch, Address& address);
  /// What needs no row, for a TRUNCATE: false when the topic does.
  bool render_without_row(AddressScratch& scratch, Address& address) const;

  /// True when the text of every template is the same for all rows.
  [[nodiscard]] bool constant() const noexcept;
  /// True when there is nothing to render: a topic, the same for all rows, and no more.
  [[nodiscard]] bool topic_only() const noexcept { return constant_topic_ && !key_ && !partition_ && headers_.empty(); }
  [[nodiscard]] bool has_partition() const noexcept { return partition_.has_value(); }
  [[nodiscard]] std::optional<TopicId> constant_topic() const noexcept { return constant_topic_; }

 private:
  struct BoundHeader {
    std::string name;
    BoundTemplate value;
  };
  Addresser(std::string_view option, Topics& topics, RouteWarnings& warnings)
      : option_(option), topics_(&topics), warnings_(&warnings) {}

  Result<TopicId> topic(const RowView& row, const Change& change, Output& text);
  Result<TopicId> intern(Output& text);
  Result<std::int32_t> partition(const RowView& row, const Change& change, Output& text) const;
  [[nodiscard]] Error unusable(const Change& change, std::string_view what, const BoundTemplate& source,
                               BoundTemplate::Rendered rendered) const;

  std::string option_;
  Topics* topics_;
  RouteWarnings* warnings_;
  std::optional<BoundTemplate> topic_;
  std::optional<TopicId> constant_topic_;
  std::optional<BoundTemplate> key_;
  std::optional<BoundTemplate> partition_;
  std::vector<BoundHeader> headers_;
  std::string last_text_; ///< what the topic's template gave last, before characters were replaced
  TopicId last_topic_ = 0;
};

/// The error of a column that a row image lacks: it names the column and `binlog_row_image=FULL`.
Error missing_from_image(const Change& change, std::uint32_t column, std::string_view needed_for);

} // namespace rowferry
