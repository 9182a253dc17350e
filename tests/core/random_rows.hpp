#pragma once

#include <algorithm>
#include <random>
#include <string>

#include "schema/type.hpp"
#include "store/store.hpp"

namespace waybill {

/// Fills rows with random values, member by member, as the descriptors say.
class RandomRows {
 public:
  RandomRows(Store& store, std::mt19937& random) : store_(store), random_(random) {}

  /// Gives a row's stored members new values; some stay as they are, some become empty. What is
  /// part of what is left to the caller: the two sides must agree.
  void change(TableId table, uint32_t row) {
    store_.update_row(table, row, [&](void* data) {
      for (const Member* member : store_.table(table).stored()) {
        if (below(3) != 0 && !member->owner && !holds_parts(table, *member)) fill(*member, data);
      }
    });
  }

  uint32_t below(uint32_t limit) { return static_cast<uint32_t>(random_()) % limit; }

 private:
  /// Whether the member lists the rows that are part of the row.
  bool holds_parts(TableId table, const Member& member) const {
    if (member.kind != Kind::refs) return false;
    const auto stored = store_.table(member.target).stored();
    return std::any_of(stored.begin(), stored.end(),
                       [&](const Member* other) { return other->owner && other->target == table; });
  }
  Text text() {
    return below(4) == 0 ? Text{} : store_.intern("text " + std::to_string(below(50)));
  }
  Ref ref() { return below(4) == 0 ? Ref{} : Ref::to(below(300)); }
  MaybeDecimal decimal() {
    if (below(4) == 0) return {};
    const auto made =
        Decimal::make(static_cast<int64_t>(random_()) - 2'000'000'000, static_cast<int>(below(7)));
    return made ? MaybeDecimal(*made) : MaybeDecimal();
  }

  void fill(const Member& m, void* data) {
    switch (m.kind) {
      case Kind::identifiers: {
        auto& list = field<Identifiers>(data, m);
        list.clear();
        for (uint32_t i = below(4); i-- > 0;) {
          list.push_back({store_.intern("com.acme.key-" + std::to_string(i)),
                          store_.intern("value " + std::to_string(below(20)))});
        }
        return;
      }
      case Kind::text:
      case Kind::json:
        field<Text>(data, m) = text();
        return;
      case Kind::texts: {
        auto& list = field<List<Text>>(data, m);
        list.clear();
        for (uint32_t i = below(3); i-- > 0;)
          list.push_back(store_.intern(std::to_string(below(9))));
        return;
      }
      case Kind::decimal:
      case Kind::amount:
        field<MaybeDecimal>(data, m) = decimal();
        return;
      case Kind::instant:
        field<MaybeInstant>(data, m) =
            below(4) == 0 ? MaybeInstant() : MaybeInstant(Instant{static_cast<int64_t>(random_())});
        return;
      case Kind::boolean:
        field<MaybeBool>(data, m) = static_cast<MaybeBool>(below(3));
        return;
      case Kind::number:
        field<uint32_t>(data, m) = below(3);
        return;
      case Kind::symbol:
        field<uint32_t>(data, m) = below(static_cast<uint32_t>(m.symbols.size()));
        return;
      case Kind::ref:
        // Indexed totals go by currencies, which engines neither change nor remove.
        field<Ref>(data, m) = m.target == TableId::currencies ? Ref{} : ref();
        return;
      case Kind::refs: {
        auto& list = field<List<Ref>>(data, m);
        list.clear();
        for (uint32_t i = below(4); i-- > 0;) list.push_back(Ref::to(below(300)));
        return;
      }
      case Kind::pair:
        field<Pair>(data, m) = {Ref::to(below(30)), Ref::to(below(30))};
        return;
      case Kind::object:
        for (const Member& part : m.of->members) {
          if (part.stored()) fill(part, static_cast<std::byte*>(data) + m.offset);
        }
        return;
      case Kind::objects: {
        auto& list = field<RawList>(data, m);
        if (list.size() >= 3) return;
        std::byte* element = list.append_raw(m.stride);
        std::fill(element, element + m.stride, std::byte{0});
        for (const Member& part : m.of->members) fill(part, element);
        return;
      }
      case Kind::computed:
      case Kind::refused:
        return;
    }
  }

  Store& store_;
  std::mt19937& random_;
};

}  // namespace waybill
