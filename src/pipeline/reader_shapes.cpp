// The definitions of tables whose events have no names: asked for, told to the checkpoints, taken from one.
#include <fmt/format.h>

#include "pipeline/reader.hpp"

namespace rowferry {

Result<void> Reader::know(const std::vector<KnownShape>& shapes) {
  for (const KnownShape& shape : shapes) {
    auto definitions = parse_definitions(shape.definition);
    if (!definitions || definitions->size() != 1) {
      return fail(Error::usage(
          fmt::format("the checkpoint's definition of {} cannot be read; `rowferry position set` to the position that "
                      "`rowferry position show` prints drops it",
                      quote_table(shape.database, shape.table))));
    }
    changes_.know_shape({shape.database, shape.table},
                        std::make_shared<const TableDefinition>(std::move(definitions->front())));
  }
  return {};
}

Result<void> Reader::answer_shape() {
  const ShapeRequest& request = changes_.shape_request();
  if (shapes_ == nullptr) {
    changes_.provide(nullptr);
    return {};
  }
  auto definition = shapes_->read(request.database, request.table, request.at);
  if (!definition) {
    Error error = std::move(definition.error());
    if (error.status != ExitStatus::data) return fail(std::move(error));
    error.message += kShapeAdvice;
    return fail(std::move(error).in(
        fmt::format("{}: the rows of {} carry no column names, only the types ({}), and what they are is not known",
                    request.at.text(), quote_table(request.database, request.table), request.columns)));
  }
  changes_.provide(std::make_shared<const TableDefinition>(std::move(*definition)));
  return {};
}

Result<void> Reader::tell_shapes() {
  if (!changes_.has_shape_changes()) return {};
  if (ahead_) {
    if (auto taken = take_all(); !taken) return taken;
  }
  note_shapes();
  if (delivery_.note()) return {};
  return fail(Error::source_retriable("interrupted"));
}

void Reader::note_shapes() {
  for (const ShapeChange& change : changes_.take_shape_changes()) {
    delivery_.set_shape(change.table.database, change.table.table,
                        change.definition ? format_definition(*change.definition) : "");
  }
}

} // namespace rowferry
