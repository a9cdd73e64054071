#include "binlog/json_tree.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace rowferry::binlog {
namespace {

constexpr std::uint8_t kNull[] = {0}; // behind its type, literal

/// Objects have their keys by length, then by bytes.
bool key_less(std::string_view a, std::string_view b) noexcept {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

/// How many bytes a closed value takes behind its type; 0: it is cut short.
std::size_t size_of(JsonType type, Bytes bytes) noexcept {
  if (is_json_container(type)) {
    JsonContainer container;
    return read_json_container(type, bytes, container) ? container.bytes.size() : 0;
  }
  std::size_t size = json_scalar_size(type);
  if (type == JsonType::string || type == JsonType::opaque) {
    const std::size_t head = type == JsonType::opaque ? 1 : 0; // the type of what it holds
    if (bytes.size() < head) return 0;
    const JsonLength length = read_json_length(bytes.subspan(head));
    if (length.prefix == 0 || length.bytes > bytes.size()) return 0;
    size = head + length.prefix + static_cast<std::size_t>(length.bytes);
  }
  return size <= bytes.size() ? size : 0;
}

void store_le(std::vector<std::uint8_t>& out, std::size_t at, std::uint64_t value, unsigned bytes) noexcept {
  for (unsigned i = 0; i < bytes; ++i) out[at + i] = static_cast<std::uint8_t>(value >> 8 * i);
}

} // namespace

bool JsonTree::spend(std::size_t bytes) noexcept {
  if (bytes > unread_) return false;
  unread_ -= bytes;
  return true;
}

JsonTree::Value JsonTree::value_of(Bytes document) noexcept {
  if (document.empty()) return {JsonType::literal, kClosed, kNull};
  return {JsonType{document[0]}, kClosed, document.subspan(1)};
}

void JsonTree::open(Bytes document, std::size_t diff_bytes) {
  root_ = value_of(document);
  used_ = 0;
  path_.forget();
  budget_ = document.size() + diff_bytes;
  unread_ = budget_;
}

/// Null: no container, or a malformed one.
JsonTree::Container* JsonTree::open(Value& value) {
  if (value.opened != kClosed) return &containers_[value.opened];
  JsonContainer source;
  if (!is_json_container(value.type) || !read_json_container(value.type, value.bytes, source)) return nullptr;
  if (!spend(source.entries_end())) return nullptr;
  if (used_ == containers_.size()) containers_.emplace_back();
  Container& container = containers_[used_];
  container.object = source.object;
  container.members.clear();
  const std::size_t room = container.members.capacity();
  container.members.reserve(source.count);
  held_ += container.members.capacity() - room;
  const Bytes bytes = source.bytes;
  for (std::size_t i = 0; i < source.count; ++i) {
    Member& member = container.members.emplace_back();
    if (source.object) {
      const std::size_t offset = source.offset_at(source.key_entry(i));
      const std::size_t length = load_le<2>(&bytes[source.key_entry(i) + source.word]);
      if (offset > bytes.size() || length > bytes.size() - offset) return nullptr;
      member.key = as_text(bytes.subspan(offset, length));
    }
    const std::size_t entry = source.value_entry(i);
    member.value.type = JsonType{bytes[entry]};
    if (is_json_inlined(member.value.type, source.word == 4)) {
      member.value.bytes = bytes.subspan(entry + 1, json_scalar_size(member.value.type));
    } else {
      const std::size_t offset = source.offset_at(entry + 1);
      if (offset >= bytes.size()) return nullptr;
      member.value.bytes = bytes.subspan(offset);
    }
  }
  value.opened = static_cast<std::uint32_t>(used_++);
  return &container;
}

namespace {

/// Where a cell is, or where one would be inserted: beyond the end means at the end.
struct CellPlace {
  std::size_t at;
  bool exists;
};
CellPlace place_of(const JsonPathLeg& leg, std::size_t size) noexcept {
  if (!leg.from_end) return {std::min<std::size_t>(leg.index, size), leg.index < size};
  return leg.index < size ? CellPlace{size - 1 - leg.index, true} : CellPlace{0, false};
}

template <class Members>
auto find_key(Members& members, std::string_view key) {
  return std::lower_bound(members.begin(), members.end(), key,
                          [](const auto& member, std::string_view wanted) { return key_less(member.key, wanted); });
}

} // namespace

JsonTree::Value* JsonTree::child(Value& value, const JsonPathLeg& leg) {
  Container* const container = open(value);
  if (container == nullptr || container->object != leg.is_key) return nullptr;
  if (leg.is_key) {
    const auto found = find_key(container->members, leg.key);
    return found == container->members.end() || found->key != leg.key ? nullptr : &found->value;
  }
  const CellPlace place = place_of(leg, container->members.size());
  return place.exists ? &container->members[place.at].value : nullptr;
}

bool JsonTree::change(const JsonDiff& diff) {
  if (!path_.parse(diff.path)) return false;
  const std::vector<JsonPathLeg>& legs = path_.legs();
  if (legs.empty()) {
    root_ = value_of(diff.value);
    return diff.operation == JsonDiffOperation::replace;
  }
  Value* parent = &root_;
  for (std::size_t i = 0; i + 1 < legs.size(); ++i) {
    parent = child(*parent, legs[i]);
    if (parent == nullptr) return false;
  }
  Container* const container = open(*parent);
  if (container == nullptr || container->object != legs.back().is_key) return false;
  return container->object ? change_member(*container, legs.back(), diff) : change_cell(*container, legs.back(), diff);
}

bool JsonTree::change_member(Container& container, const JsonPathLeg& leg, const JsonDiff& diff) {
  const auto found = find_key(container.members, leg.key);
  const bool exists = found != container.members.end() && found->key == leg.key;
  if (exists == (diff.operation == JsonDiffOperation::insert)) return false;
  switch (diff.operation) {
    case JsonDiffOperation::replace:
      found->value = value_of(diff.value);
      break;
    case JsonDiffOperation::insert:
      container.members.insert(found, Member{leg.key, value_of(diff.value)});
      break;
    case JsonDiffOperation::remove:
      container.members.erase(found);
      break;
  }
  return true;
}

bool JsonTree::change_cell(Container& container, const JsonPathLeg& leg, const JsonDiff& diff) {
  const CellPlace place = place_of(leg, container.members.size());
  const auto at = container.members.begin() + static_cast<std::ptrdiff_t>(place.at);
  if (diff.operation == JsonDiffOperation::insert) {
    container.members.insert(at, Member{{}, value_of(diff.value)});
    return true;
  }
  if (!place.exists) return false;
  if (diff.operation == JsonDiffOperation::replace) {
    at->value = value_of(diff.value);
  } else {
    container.members.erase(at);
  }
  return true;
}

bool JsonTree::write(std::vector<std::uint8_t>& out) {
  unread_ = budget_; // now of what is copied
  const bool opened = root_.opened != kClosed;
  const bool object = opened && containers_[root_.opened].object;
  const JsonType type = !opened ? root_.type : object ? JsonType::large_object : JsonType::large_array;
  out.push_back(static_cast<std::uint8_t>(type));
  return write_value(out, root_);
}

/// Behind its type.
bool JsonTree::write_value(std::vector<std::uint8_t>& out, const Value& value) {
  if (value.opened != kClosed) return write_container(out, containers_[value.opened]);
  const std::size_t size = size_of(value.type, value.bytes);
  if (size == 0 || !spend(size)) return false;
  out.insert(out.end(), value.bytes.begin(), value.bytes.begin() + static_cast<std::ptrdiff_t>(size));
  return true;
}

// count 4 | size 4 | key entries: offset 4, length 2 | value entries: type 1, value or offset 4 | keys | values
bool JsonTree::write_container(std::vector<std::uint8_t>& out, const Container& container) {
  constexpr std::size_t kHeader = 8;
  constexpr std::size_t kKeyEntry = 6;
  constexpr std::size_t kValueEntry = 5;
  const std::size_t count = container.members.size();
  const std::size_t start = out.size();
  const std::size_t values_at = kHeader + (container.object ? count * kKeyEntry : 0);
  out.resize(start + values_at + count * kValueEntry);
  if (container.object) {
    std::size_t entry = start + kHeader;
    for (const Member& member : container.members) {
      if (!spend(member.key.size()) || member.key.size() > std::numeric_limits<std::uint16_t>::max()) return false;
      store_le(out, entry, out.size() - start, 4);
      store_le(out, entry + 4, member.key.size(), 2);
      const Bytes key = as_bytes(member.key);
      out.insert(out.end(), key.begin(), key.end());
      entry += kKeyEntry;
    }
  }
  std::size_t entry = start + values_at;
  for (const Member& member : container.members) {
    if (!write_entry(out, start, entry, member.value)) return false;
    entry += kValueEntry;
  }
  const std::size_t size = out.size() - start;
  if (size > std::numeric_limits<std::uint32_t>::max()) return false;
  store_le(out, start, count, 4);
  store_le(out, start + 4, size, 4);
  return true;
}

bool JsonTree::write_entry(std::vector<std::uint8_t>& out, std::size_t start, std::size_t entry, const Value& value) {
  if (value.opened != kClosed) {
    out[entry] =
        static_cast<std::uint8_t>(containers_[value.opened].object ? JsonType::large_object : JsonType::large_array);
    store_le(out, entry + 1, out.size() - start, 4);
    return write_container(out, containers_[value.opened]);
  }
  out[entry] = static_cast<std::uint8_t>(value.type);
  if (is_json_inlined(value.type, true)) {
    const std::size_t size = json_scalar_size(value.type);
    if (value.bytes.size() < size) return false;
    std::memcpy(&out[entry + 1], value.bytes.data(), size);
    return true;
  }
  store_le(out, entry + 1, out.size() - start, 4);
  return write_value(out, value);
}

} // namespace rowferry::binlog
