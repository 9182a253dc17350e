#include "store/store.hpp"

#include <algorithm>
#include <iterator>

#include "journal/codec.hpp"
#include "journal/varint.hpp"
#include "model/agent.hpp"
#include "model/catalog.hpp"
#include "model/instance.hpp"
#include "model/label.hpp"
#include "model/order.hpp"
#include "model/record.hpp"
#include "model/relationship.hpp"
#include "model/shipment.hpp"
#include "model/stock.hpp"

namespace waybill {

namespace {

using journal::append_varint;
using journal::append_zigzag;

template <class Row>
void add_table(std::array<std::unique_ptr<TableBase>, table_count>& tables,
               std::initializer_list<const Type*> types) {
  tables[static_cast<size_t>(Row::table)] =
      std::make_unique<Table<Row>>(Row::table, std::span(types.begin(), types.size()));
}

template <class Keys>
void only_in_first(const Keys& first, const Keys& second, Keys& out) {
  out.clear();
  std::set_difference(first.begin(), first.end(), second.begin(), second.end(),
                      std::back_inserter(out));
}

}  // namespace

Store::Store() {
  add_table<EngineRow>(tables_, {&engine_type});
  add_table<Agent>(tables_, {&person_type, &company_type, &store_type});
  add_table<Product>(tables_, {&product_type});
  add_table<Price>(tables_, {&price_type});
  add_table<VatCode>(tables_, {&vat_code_type});
  add_table<Currency>(tables_, {&currency_type});
  add_table<Country>(tables_, {&country_type});
  add_table<PaymentMethod>(tables_, {&payment_method_type});
  add_table<TradeOrder>(tables_, {&trade_order_type});
  add_table<OrderItem>(tables_, {&order_item_type});
  add_table<PaymentOrder>(tables_, {&payment_order_type});
  add_table<ShipmentOrder>(tables_, {&shipment_order_type});
  add_table<ShipmentItem>(tables_, {&shipment_item_type});
  add_table<ShipmentRecord>(tables_, {&shipment_record_type});
  add_table<StockPlace>(tables_, {&stock_place_type});
  add_table<AdjustmentReason>(tables_, {&adjustment_reason_type});
  add_table<StockAdjustment>(tables_, {&stock_adjustment_type});
  add_table<AdjustmentItem>(tables_, {&adjustment_item_type});
  add_table<StockLevel>(tables_, {&stock_level_type});
  add_table<StockHold>(tables_, {&stock_hold_type});
  add_table<ProductUnit>(tables_, {&product_unit_type});
  add_table<ProductInstance>(tables_, {&product_instance_type});
  add_table<TradeRecord>(tables_, {&trade_record_type});
  add_table<TradeRecordItem>(tables_, {&trade_record_item_type});
  add_table<TradeRelationship>(tables_, {&trade_relationship_type});
  add_table<Label>(tables_, {&label_type});
  add_table<ProductGroup>(tables_, {&product_group_type});
  add_table<ReturnReason>(tables_, {&return_reason_type});
  add_table<StockEntrySubmission>(tables_, {&stock_entry_submission_type});
  add_table<Stock>(tables_, {&stock_type});
  add_table<OrderReturn>(tables_, {&order_return_type});
  confirmed_strings_ = strings_.mark();
  sealed_strings_ = confirmed_strings_;
}

void Store::begin() {
  check(begin_ == undo_.size());  // no transaction inside another
  watching_ = false;
  begin_strings_ = strings_.mark();
  if (++stamp_ == TableBase::dead) stamp_ = 1;
}

bool Store::commit(Instant now) {
  settle();
  scratch_.clear();
  for (size_t i = begin_; i < undo_.size(); ++i) {
    const Undo& entry = undo_[i];
    const TableBase& table = this->table(entry.table);
    const bool alive = table.alive(entry.row);
    if (alive && entry.change == Change::update && table.equals(entry.row, entry.old.get())) {
      continue;
    }
    append_varint(scratch_, static_cast<uint64_t>(entry.table));
    append_varint(scratch_, entry.row);
    scratch_ += alive ? change_put : change_purge;
    if (alive) encode_row(scratch_, table, entry.row, strings_);
  }
  begin_ = undo_.size();
  if (scratch_.empty()) return false;
  Bytes time;
  append_zigzag(time, now.ms);
  append_varint(pending_, time.size() + scratch_.size());
  pending_ += time;
  pending_ += scratch_;
  return true;
}

void Store::roll_back() {
  undo_to(begin_);
  settle();
  strings_.release(begin_strings_);
}

void Store::seal() {
  check(begin_ == undo_.size());  // not inside a transaction
  sealed_ = undo_.size();
  sealed_strings_ = strings_.mark();
  pending_.clear();
}

void Store::confirm() {
  undo_.erase(undo_.begin(), undo_.begin() + static_cast<std::ptrdiff_t>(sealed_));
  begin_ -= sealed_;
  sealed_ = 0;
  confirmed_strings_ = sealed_strings_;
}

void Store::undo_all() {
  undo_to(0);
  settle();
  begin_ = 0;
  sealed_ = 0;
  pending_.clear();
  strings_.release(confirmed_strings_);
  sealed_strings_ = confirmed_strings_;
}

void Store::undo_to(size_t position) {
  while (undo_.size() > position) {
    Undo entry = std::move(undo_.back());
    undo_.pop_back();
    TableBase& table = *tables_[static_cast<size_t>(entry.table)];
    if (table.alive(entry.row)) leave(table, entry.row);
    if (entry.change == Change::insert) {
      table.reset(entry.row);
      table.stamps_.pop_back();
      --table.size_;
      continue;
    }
    table.restore(entry.row, entry.old.get());
    table.stamps_[entry.row] = entry.stamp;
    enter(table, entry.row);
  }
}

void Store::enter(TableBase& table, uint32_t row) {
  table.live_rows_.add(row);
  table.collect_keys(row, keys_after_);
  table.add_keys(keys_after_, row);
  table.check_owner_order(row);
  touch(table, row, table.owner_of(row));
}

void Store::leave(TableBase& table, uint32_t row) {
  table.live_rows_.remove(row);
  table.collect_keys(row, keys_before_);
  table.remove_keys(keys_before_, row);
  touch(table, row, table.owner_of(row));
}

void Store::touch(TableBase& table, uint32_t row, Ref owner) {
  table.touch(row);
  if (owner) tables_[static_cast<size_t>(table.owner_->target)]->touch(owner.row());
}

void Store::settle() {
  for (const std::unique_ptr<TableBase>& table : tables_) table->settle(*this);
}

MemoryUse Store::memory() const {
  MemoryUse use{.strings = strings_.bytes()};
  for (const std::unique_ptr<TableBase>& table : tables_) {
    use.rows += table->row_bytes();
    use.indexes += table->index_bytes();
  }
  return use;
}

void Store::note_insert(TableBase& table, uint32_t row) {
  watched_change_ = true;
  undo_.push_back({Change::insert, table.id(), row, 0, nullptr});
  table.stamps_[row] = stamp_;
  enter(table, row);
}

uint32_t Store::insert_default(TableId id) {
  TableBase& table = *tables_[static_cast<size_t>(id)];
  const uint32_t row = table.size();
  table.append_default();
  note_insert(table, row);
  return row;
}

void Store::keep_copy(TableBase& table, uint32_t row, Change change) {
  check(table.alive(row));
  if (table.stamps_[row] == stamp_) return;
  undo_.push_back({change, table.id(), row, table.stamps_[row], table.clone(row)});
  table.stamps_[row] = stamp_;
}

void Store::start_update(TableBase& table, uint32_t row) {
  keep_copy(table, row, Change::update);
  note_keys(table, row);
  if (watching_) watched_copy_ = table.clone(row);
}

void Store::end_update(TableBase& table, uint32_t row) {
  if (watching_ && !table.equals(row, watched_copy_.get())) watched_change_ = true;
  follow(table, row);
}

void Store::note_keys(TableBase& table, uint32_t row) {
  table.collect_keys(row, keys_before_);
  owner_before_ = table.owner_of(row);
}

void Store::follow(TableBase& table, uint32_t row) {
  touch(table, row, owner_before_);
  if (const Ref owner = table.owner_of(row); owner != owner_before_) {
    touch(table, row, owner);
    table.check_owner_order(row);
  }
  table.collect_keys(row, keys_after_);
  if (keys_before_ == keys_after_) return;
  only_in_first(keys_before_, keys_after_, keys_changed_);
  table.remove_keys(keys_changed_, row);
  only_in_first(keys_after_, keys_before_, keys_changed_);
  table.add_keys(keys_changed_, row);
}

void Store::watch() {
  watching_ = true;
  watched_change_ = false;
}

bool Store::end_watch() {
  watching_ = false;
  watched_copy_ = nullptr;
  return watched_change_;
}

void Store::purge(TableId id, uint32_t row) {
  watched_change_ = true;
  TableBase& table = *tables_[static_cast<size_t>(id)];
  keep_copy(table, row, Change::purge);
  end(table, row);
}

void Store::end(TableBase& table, uint32_t row) {
  leave(table, row);
  table.reset(row);
  table.stamps_[row] = TableBase::dead;
}

void Store::make_room(TableBase& table, uint32_t row) {
  while (table.size() <= row) table.append_default();
}

void Store::replay_purge(TableId id, uint32_t row) {
  TableBase& table = *tables_[static_cast<size_t>(id)];
  make_room(table, row);
  if (table.alive(row)) end(table, row);
}

void Store::replay_size(TableId id, uint32_t size) {
  if (size != 0) make_room(*tables_[static_cast<size_t>(id)], size - 1);
}

}  // namespace waybill
