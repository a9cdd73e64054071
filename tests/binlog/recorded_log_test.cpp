// The log files of testdata/events, written by a real server, from their first byte to their last.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <rowferry/binlog/event_stream.hpp>
#include <rowferry/binlog/rows.hpp>

namespace rowferry::binlog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;

struct Summary {
  std::map<std::string, int> events;
  std::map<std::string, std::uint64_t> rows; // by type of event
  std::vector<std::string> tagged;
  std::vector<std::string> queries;
  std::vector<bool> one_phase;
  std::vector<std::string> columns; // of the last table map
  int inner = 0;
  int payloads = 0;
};

std::vector<std::uint8_t> load(const std::string& name) {
  std::ifstream in(ROWFERRY_TESTDATA "/events/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Decodes whatever there is a decoder for; a failure fails the test.
class Reader {
 public:
  Summary summary;

  void read(const std::string& name) {
    const std::vector<std::uint8_t> log = load(name);
    ASSERT_GT(log.size(), 4U) << name;
    stream_.start({name, 4});
    std::size_t at = 4;
    while (at < log.size()) {
      const Bytes rest = Bytes(log).subspan(at);
      const auto header = decode_event_header(rest);
      ASSERT_TRUE(header);
      const std::vector<std::uint8_t> event(rest.begin(), rest.begin() + header->size);
      const auto pushed = stream_.push(event);
      ASSERT_TRUE(pushed) << pushed.error().message;
      for (;;) {
        const auto next = stream_.next();
        ASSERT_TRUE(next) << next.error().message;
        if (*next == nullptr) break;
        EXPECT_EQ((*next)->begin, at);
        EXPECT_EQ((*next)->end, at + header->size);
        take(**next);
      }
      at += header->size;
      if (header->type != EventType::rotate) {
        EXPECT_EQ(stream_.offset(), at);
      }
    }
  }

 private:
  void take(const EventView& event) {
    const EventType type = event.header.type;
    const std::string name = event_type_name(type);
    ++summary.events[name];
    if (event.inner) ++summary.inner;
    if (event.last_inner) ++summary.payloads;
    switch (type) {
      case EventType::gtid:
        EXPECT_TRUE(decode_gtid(type, event.body));
        break;
      case EventType::gtid_tagged:
        summary.tagged.push_back(decode_gtid(type, event.body)->gtid->text().substr(37));
        break;
      case EventType::query:
        summary.queries.emplace_back(decode_query(stream_.format(), event.body)->text);
        break;
      case EventType::xa_prepare:
        summary.one_phase.push_back(decode_xa_prepare(event.body)->one_phase);
        break;
      case EventType::previous_gtids:
        EXPECT_TRUE(decode_previous_gtids(event.body));
        break;
      case EventType::table_map:
        take_map(event.body);
        break;
      case EventType::write_rows:
      case EventType::update_rows:
      case EventType::delete_rows:
        take_rows(type, event.body);
        break;
      default:
        break;
    }
  }

  void take_map(Bytes body) {
    const auto map = decode_table_map(stream_.format(), body);
    ASSERT_TRUE(map);
    auto layout = make_row_layout(*map);
    ASSERT_TRUE(layout) << layout.error().message;
    const auto metadata = decode_optional_metadata(map->optional, map->column_count());
    ASSERT_TRUE(metadata) << metadata.error().message;
    summary.columns.assign(metadata->column_names.begin(), metadata->column_names.end());
    layouts_[map->table_id] = std::move(*layout);
  }

  void take_rows(EventType type, Bytes body) {
    const auto rows = decode_rows(stream_.format(), type, body);
    ASSERT_TRUE(rows);
    const std::vector<ColumnLayout>& layout = layouts_.at(rows->table_id);
    ASSERT_EQ(layout.size(), rows->column_count);
    std::vector<Cell> before(layout.size());
    std::vector<Cell> after(layout.size());
    RowReader reader(layout, *rows);
    RowReader::Step step{};
    while ((step = reader.next(before, after)) == RowReader::Step::row) {
    }
    EXPECT_EQ(step, RowReader::Step::end);
    summary.rows[event_type_name(type)] += reader.count();
  }

  EventStream stream_;
  std::map<std::uint64_t, std::vector<ColumnLayout>> layouts_;
};

TEST(RecordedLog, EveryEventOfEveryFileIsUnderstood) {
  Reader reader;
  for (const char* name : {"mysql-9.7.000001", "mysql-9.7.000002", "mysql-9.7.000003", "mysql-9.7.000004"}) {
    reader.read(name);
    if (testing::Test::HasFatalFailure()) return;
  }
  const Summary& seen = reader.summary;
  EXPECT_EQ(seen.events.at("FORMAT_DESCRIPTION"), 4);
  EXPECT_EQ(seen.events.at("PREVIOUS_GTIDS"), 4);
  EXPECT_EQ(seen.events.at("ROTATE"), 3);
  EXPECT_EQ(seen.events.at("ROWS_QUERY"), 1);
  EXPECT_EQ(seen.rows.at("WRITE_ROWS"), 311U);
  EXPECT_EQ(seen.rows.at("UPDATE_ROWS"), 3U);
  EXPECT_EQ(seen.rows.at("DELETE_ROWS"), 3U);
  EXPECT_EQ(seen.payloads, 2);
  EXPECT_EQ(seen.inner, 47);
  EXPECT_THAT(seen.tagged, ElementsAre("shop_tag:1"));
  EXPECT_THAT(seen.one_phase, ElementsAre(false, true));
  EXPECT_THAT(seen.queries, IsSupersetOf({"BEGIN", "XA START X'7831',X'6231',7", "XA COMMIT X'7831',X'6231',7"}));
  EXPECT_THAT(seen.columns, ElementsAre("id", "name", "price", "kind", "tags", "doc", "at", "flag", "body", "c", "y",
                                        "f", "d", "t", "ts", "dt", "m"));
}

} // namespace
} // namespace rowferry::binlog
