#include "route/addresser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "route/topic_name.hpp"

namespace rowferry {
namespace {

using Outcome = BoundTemplate::Outcome;

/// Of a table whose shape is not known only a template that needs no column can be bound.
Result<std::optional<BoundTemplate>> bind_if_known(const Template& source, const TableSchema& table,
                                                   std::string_view option) {
  if (table.columns.empty() && source.needs_columns()) return std::nullopt;
  auto bound = BoundTemplate::bind(source, table, option);
  if (!bound) return fail(std::move(bound.error()));
  return std::move(*bound);
}

Result<void> bind_into(std::optional<BoundTemplate>& target, const std::optional<Template>& source,
                       const TableSchema& table, std::string_view option) {
  if (!source) return {};
  auto bound = bind_if_known(*source, table, option);
  if (!bound) return fail(std::move(bound.error()));
  target = std::move(*bound);
  return {};
}

} // namespace

void AddressScratch::clear() noexcept {
  text_.discard();
  headers_.clear();
  end_ = 0;
  base_ = text_.record_data();
  moved_ = false;
}

void AddressScratch::end_header(std::string_view name) {
  headers_.push_back({name, text_.record().substr(end_)});
  end_ = text_.size();
  moved_ |= text_.record_data() != base_;
}

void AddressScratch::finish(std::size_t key_size, Address& address) {
  const std::string_view text = text_.record();
  address.key = text.substr(0, key_size);
  if (moved_ || text.data() != base_) [[unlikely]] { // it outgrew its chunk; it may have come back to the same address
    std::size_t begin = key_size;
    for (Header& header : headers_) {
      header.value = text.substr(begin, header.value.size());
      begin += header.value.size();
    }
  }
  address.headers = headers_;
}

Error missing_from_image(const Change& change, std::uint32_t column, std::string_view needed_for) {
  const bool diffs = !change.after.empty() && change.after[column].state == binlog::CellState::diffs;
  return Error::data(
      fmt::format("{}: the row image {} column {}, which the {} needs: set binlog_row_image=FULL{} on the server and "
                  "in its sessions",
                  place_of(change), diffs ? "holds nothing but differences of JSON" : "lacks",
                  change.table->columns[column].name, needed_for, diffs ? ", or binlog_row_value_options=''," : ""));
}

Result<Addresser> Addresser::bind(const AddressTemplates& templates, const TableSchema& table, std::string_view option,
                                  Topics& topics, RouteWarnings& warnings) {
  Addresser made(option, topics, warnings);
  const auto named = [&](std::string_view what) { return fmt::format("{}.{}", option, what); };
  if (auto bound = bind_into(made.topic_, templates.topic, table, named("topic")); !bound)
    return fail(std::move(bound.error()));
  if (auto bound = bind_into(made.key_, templates.key, table, named("key")); !bound)
    return fail(std::move(bound.error()));
  if (auto bound = bind_into(made.partition_, templates.partition, table, named("partition")); !bound) {
    return fail(std::move(bound.error()));
  }
  for (const auto& [name, source] : templates.headers) {
    auto bound = bind_if_known(source, table, named("headers." + name));
    if (!bound) return fail(std::move(bound.error()));
    if (*bound) made.headers_.push_back({name, std::move(**bound)});
  }
  if (made.topic_ && made.topic_->constant()) {
    AddressScratch scratch;
    made.topic_->render({}, scratch.text_);
    const auto topic = made.intern(scratch.text_);
    if (!topic) {
      return fail(Error::usage(fmt::format("{}.topic: {} for {}", option, topic.error().message, table.quoted())));
    }
    made.constant_topic_ = *topic;
  }
  return made;
}

bool Addresser::constant() const noexcept {
  return constant_topic_ && (!key_ || key_->constant()) && (!partition_ || partition_->constant()) &&
         std::all_of(headers_.begin(), headers_.end(),
                     [](const BoundHeader& header) { return header.value.constant(); });
}

Error Addresser::unusable(const Change& change, std::string_view what, const BoundTemplate& source,
                          BoundTemplate::Rendered rendered) const {
  const Column& column = change.table->columns[rendered.column];
  switch (rendered.outcome) {
    case Outcome::absent:
      return missing_from_image(change, rendered.column, what);
    case Outcome::null:
      return Error::data(fmt::format("{}: column {} is NULL, so \"{}\" ({}.{}) gives none", place_of(change),
                                     column.name, source.source(), option_, what));
    default:
      return Error::data(fmt::format("{}: the bytes of column {} are no value of type {}", place_of(change),
                                     column.name, binlog::column_type_name(column.layout.type)));
  }
}

/// Takes the topic's text out of the scratch.
Result<TopicId> Addresser::intern(Output& text) {
  const LegalTopic legal = make_topic_legal(text.record_data(), text.size());
  const std::string_view name = text.record().substr(0, legal.size);
  if (const std::string_view problem = topic_problem(name); !problem.empty()) {
    return fail(Error::sink_fatal(fmt::format("the topic of \"{}\" {}", topic_->source(), problem)));
  }
  const TopicId id = topics_->intern(name);
  if (legal.replaced) warnings_->replaced(id, topics_->name(id));
  text.discard();
  return id;
}

Result<TopicId> Addresser::topic(const RowView& row, const Change& change, Output& text) {
  if (constant_topic_) return *constant_topic_;
  if (!topic_) return fail(Error::internal("a topic was asked for before the shape of its table was known"));
  const BoundTemplate::Rendered rendered = topic_->render(row, text, BoundTemplate::Nulls::refused);
  if (rendered.outcome != Outcome::text) return fail(unusable(change, "topic", *topic_, rendered));
  if (!last_text_.empty() && text.record() == last_text_) {
    text.discard();
    return last_topic_;
  }
  std::string rendered_text = std::move(last_text_);
  rendered_text.assign(text.record());
  const auto id = intern(text);
  if (!id) return fail(Error{id.error()}.in(place_of(change)));
  last_text_ = std::move(rendered_text);
  last_topic_ = *id;
  return *id;
}

Result<std::int32_t> Addresser::partition(const RowView& row, const Change& change, Output& text) const {
  const std::size_t start = text.size();
  const BoundTemplate::Rendered rendered = partition_->render(row, text, BoundTemplate::Nulls::refused);
  if (rendered.outcome != Outcome::text) return fail(unusable(change, "partition", *partition_, rendered));
  const std::string_view digits = text.record().substr(start);
  std::int32_t number = -1;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (problem != std::errc{} || end != digits.data() + digits.size() || number < 0) {
    return fail(Error::data(fmt::format("{}: \"{}\" ({}.partition) does not give the number of a partition",
                                        place_of(change), partition_->source(), option_)));
  }
  text.truncate(start);
  return number;
}

Result<void> Addresser::render(const RowView& row, const Change& change, AddressScratch& scratch, Address& address) {
  scratch.clear();
  Output& text = scratch.text_;
  const auto topic_id = topic(row, change, text);
  if (!topic_id) return fail(Error{topic_id.error()});
  address.topic = *topic_id;
  if (partition_) {
    const auto number = partition(row, change, text);
    if (!number) return fail(Error{number.error()});
    address.partition = *number;
  }
  std::size_t key_size = 0;
  if (key_) {
    const BoundTemplate::Rendered rendered = key_->render(row, text);
    if (rendered.outcome != Outcome::text && rendered.outcome != Outcome::null) {
      return fail(unusable(change, "key", *key_, rendered));
    }
    address.key_kind = rendered.outcome == Outcome::text ? KeyKind::text : KeyKind::none;
    key_size = text.size();
    scratch.end_key();
  }
  for (const BoundHeader& header : headers_) {
    const BoundTemplate::Rendered rendered = header.value.render(row, text);
    if (rendered.outcome == Outcome::null) continue;
    if (rendered.outcome != Outcome::text)
      return fail(unusable(change, "header " + header.name, header.value, rendered));
    scratch.end_header(header.name);
  }
  scratch.finish(key_size, address);
  return {};
}

bool Addresser::render_without_row(AddressScratch& scratch, Address& address) const {
  if (!constant_topic_) return false;
  address.topic = *constant_topic_;
  scratch.clear();
  for (const BoundHeader& header : headers_) {
    if (!header.value.constant()) continue;
    header.value.render({}, scratch.text_);
    scratch.end_header(header.name);
  }
  scratch.finish(0, address);
  return true;
}

} // namespace rowferry
