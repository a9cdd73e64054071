#include "sink/message_line.hpp"

#include <fmt/format.h>

#include <iterator>
#include <rowferry/base/text.hpp>

namespace rowferry {

namespace {

void append_text(std::string& out, std::string_view text) {
  OutputUsage usage;
  Output scratch(usage, 2 * text.size() + 64);
  scratch.begin();
  if (is_utf8(text)) {
    append_json_string(scratch, text);
  } else {
    scratch.append(R"({"base64":")");
    append_base64(scratch, as_bytes(text));
    scratch.append(R"("})");
  }
  out += scratch.record();
}

void append_or_null(std::string& out, bool present, std::string_view text) {
  if (present) {
    append_text(out, text);
  } else {
    out += "null";
  }
}

} // namespace

void append_json_line(std::string& out, const Message& message, std::string_view topic) {
  out += R"({"topic":)";
  append_text(out, topic);
  out += R"(,"partition":)";
  if (message.every_partition) {
    out += R"("*")";
  } else if (message.partition < 0) {
    out += "null";
  } else {
    out += std::to_string(message.partition);
  }
  if (message.timestamp_ms != 0) fmt::format_to(std::back_inserter(out), R"(,"timestamp_ms":{})", message.timestamp_ms);
  out += R"(,"key":)";
  append_or_null(out, message.has_key, message.key);
  if (!message.headers.empty()) {
    char separator = '{';
    out += R"(,"headers":)";
    for (const Header& header : message.headers) {
      out += separator;
      out += json_string(header.name); // from the configuration: UTF-8
      out += ':';
      append_text(out, header.value);
      separator = ',';
    }
    out += '}';
  }
  out += R"(,"value":)";
  append_or_null(out, message.has_value, message.value);
  out += "}\n";
}

void append_payload_line(std::string& out, const Message& message) {
  if (message.has_value) out += message.value;
  out += '\n';
}

} // namespace rowferry
