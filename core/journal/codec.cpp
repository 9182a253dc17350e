#include "journal/codec.hpp"

#include "journal/varint.hpp"

namespace waybill {

namespace {

using journal::append_varint;
using journal::append_zigzag;
using journal::read_varint;
using journal::read_zigzag;

void append_decimal(Bytes& out, Decimal value) {
  append_zigzag(out, value.mantissa());
  out += static_cast<char>(value.scale());
}

bool read_decimal(std::string_view& in, MaybeDecimal& out) {
  int64_t mantissa;
  if (!read_zigzag(in, mantissa) || in.empty()) return false;
  const int scale = in.front();
  in.remove_prefix(1);
  const auto value = Decimal::make(mantissa, scale);
  if (scale < 0 || !value) return false;
  out = *value;
  return true;
}

void append_text(Bytes& out, std::string_view text) {
  append_varint(out, text.size());
  out += text;
}

bool read_bytes(std::string_view& in, std::string_view& out) {
  uint64_t size;
  if (!read_varint(in, size) || size > in.size()) return false;
  out = in.substr(0, static_cast<size_t>(size));
  in.remove_prefix(static_cast<size_t>(size));
  return true;
}

bool read_text(std::string_view& in, Strings& strings, Text& out) {
  std::string_view bytes;
  if (!read_bytes(in, bytes)) return false;
  out = strings.intern(bytes);
  return true;
}

bool read_u32(std::string_view& in, uint32_t& out) {
  uint64_t value;
  if (!read_varint(in, value) || value > 0xffffffff) return false;
  out = static_cast<uint32_t>(value);
  return true;
}

/// Writes members of one struct; members nest through objects.
class Encoder {
 public:
  Encoder(Bytes& out, const Strings& strings) : out_(out), strings_(strings) {}

  void members(const void* data, std::span<const Member* const> members) {
    for (const Member* member : members) this->member(data, *member);
    out_ += '\0';
  }

  void object(const void* data, const Type& type) {
    for (const Member& member : type.members) {
      if (member.stored()) this->member(data, member);
    }
    out_ += '\0';
  }

 private:
  void member(const void* data, const Member& member) {
    const size_t start = out_.size();
    append_varint(out_, member.tag);
    const size_t size_at = out_.size();
    out_ += '\0';  // room for a size below 128, the usual case
    const size_t value_at = out_.size();
    if (!value(data, member)) {
      out_.resize(start);
      return;
    }
    const size_t size = out_.size() - value_at;
    if (size < 0x80) {
      out_[size_at] = static_cast<char>(size);
      return;
    }
    Bytes longer;
    append_varint(longer, size);
    out_[size_at] = longer[0];
    out_.insert(value_at, longer.view().substr(1));
  }

  /// False for an empty member, which is left out.
  bool value(const void* data, const Member& m) {
    switch (m.kind) {
      case Kind::identifiers: {
        const auto& list = field<Identifiers>(data, m);
        for (const Identifier& own : list) {
          append_text(out_, strings_.view(own.key));
          append_text(out_, strings_.view(own.value));
        }
        return !list.empty();
      }
      case Kind::text:
      case Kind::json: {
        const Text text = field<Text>(data, m);
        if (text) out_ += strings_.view(text);
        return static_cast<bool>(text);
      }
      case Kind::texts: {
        const auto& list = field<List<Text>>(data, m);
        for (const Text text : list) append_text(out_, strings_.view(text));
        return !list.empty();
      }
      case Kind::decimal:
      case Kind::amount: {
        const auto decimal = field<MaybeDecimal>(data, m);
        if (decimal) append_decimal(out_, *decimal);
        return static_cast<bool>(decimal);
      }
      case Kind::instant: {
        const auto at = field<MaybeInstant>(data, m);
        if (at) append_zigzag(out_, at.ms);
        return static_cast<bool>(at);
      }
      case Kind::boolean: {
        const auto truth = field<MaybeBool>(data, m);
        out_ += static_cast<char>(truth);
        return truth != MaybeBool::none;
      }
      case Kind::number:
      case Kind::symbol: {
        const auto number = field<uint32_t>(data, m);
        append_varint(out_, number);
        return true;
      }
      case Kind::ref: {
        const Ref ref = field<Ref>(data, m);
        append_varint(out_, ref.value);
        return static_cast<bool>(ref);
      }
      case Kind::refs: {
        const auto& list = field<List<Ref>>(data, m);
        for (const Ref ref : list) append_varint(out_, ref.value);
        return !list.empty();
      }
      case Kind::pair: {
        const Pair pair = field<Pair>(data, m);
        append_varint(out_, pair.first.value);
        append_varint(out_, pair.second.value);
        return true;
      }
      case Kind::object: {
        const size_t before = out_.size();
        object(static_cast<const std::byte*>(data) + m.offset, *m.of);
        return out_.size() > before + 1;
      }
      case Kind::objects: {
        const auto& list = field<RawList>(data, m);
        for (uint32_t i = 0; i < list.size(); ++i) object(list.raw() + i * m.stride, *m.of);
        return !list.empty();
      }
      case Kind::computed:
      case Kind::refused:
        break;
    }
    return false;
  }

  Bytes& out_;
  const Strings& strings_;
};

/// The empty value of every stored member of a struct.
void make_empty(void* data, const Type& type) {
  for (const Member& m : type.members) {
    if (!m.stored()) continue;
    switch (m.kind) {
      case Kind::text:
      case Kind::json:
        field<Text>(data, m) = {};
        break;
      case Kind::decimal:
      case Kind::amount:
        field<MaybeDecimal>(data, m) = {};
        break;
      case Kind::instant:
        field<MaybeInstant>(data, m) = {};
        break;
      case Kind::boolean:
        field<MaybeBool>(data, m) = {};
        break;
      case Kind::number:
      case Kind::symbol:
        field<uint32_t>(data, m) = 0;
        break;
      case Kind::ref:
        field<Ref>(data, m) = {};
        break;
      case Kind::object:
        make_empty(static_cast<std::byte*>(data) + m.offset, *m.of);
        break;
      default:
        check(false);  // lists nest in rows only
    }
  }
}

class Decoder {
 public:
  explicit Decoder(Strings& strings) : strings_(strings) {}

  template <class FindMember>
  bool members(std::string_view& in, void* data, FindMember&& find) {
    uint64_t tag;
    while (read_varint(in, tag)) {
      if (tag == 0) return true;
      std::string_view bytes;
      const Member* member = find(tag);
      if (member == nullptr || !read_bytes(in, bytes)) return false;
      if (!value(bytes, data, *member) || !bytes.empty()) return false;
    }
    return false;
  }

 private:
  bool object(std::string_view& in, void* data, const Type& type) {
    return members(in, data, [&](uint64_t tag) -> const Member* {
      for (const Member& member : type.members) {
        if (member.stored() && member.tag == tag) return &member;
      }
      return nullptr;
    });
  }

  bool joined_texts(std::string_view& in, Text& out) {
    std::string all;
    while (!in.empty()) {
      std::string_view text;
      if (!read_bytes(in, text)) return false;
      if (!all.empty()) all += ' ';
      all += text;
    }
    out = strings_.intern(all);
    return true;
  }

  bool value(std::string_view& in, void* data, const Member& m) {
    switch (m.kind) {
      case Kind::identifiers: {
        auto& list = field<Identifiers>(data, m);
        while (!in.empty()) {
          Identifier own;
          if (!read_text(in, strings_, own.key) || !read_text(in, strings_, own.value)) {
            return false;
          }
          list.push_back(own);
        }
        return true;
      }
      case Kind::text:
      case Kind::json:
        if (m.became == Kind::texts) {
          field<List<Text>>(data, m).push_back(strings_.intern(in));
        } else {
          field<Text>(data, m) = strings_.intern(in);
        }
        in = {};
        return true;
      case Kind::texts:
        if (m.became == Kind::text) return joined_texts(in, field<Text>(data, m));
        while (!in.empty()) {
          Text text;
          if (!read_text(in, strings_, text)) return false;
          field<List<Text>>(data, m).push_back(text);
        }
        return true;
      case Kind::decimal:
      case Kind::amount:
        return read_decimal(in, field<MaybeDecimal>(data, m));
      case Kind::instant:
        return read_zigzag(in, field<MaybeInstant>(data, m).ms);
      case Kind::boolean:
        if (in.size() != 1 || in.front() < 0 || in.front() > 2) return false;
        field<MaybeBool>(data, m) = static_cast<MaybeBool>(in.front());
        in = {};
        return true;
      case Kind::number:
        return read_u32(in, field<uint32_t>(data, m));
      case Kind::symbol:
        return read_u32(in, field<uint32_t>(data, m)) &&
               field<uint32_t>(data, m) < m.symbols.size();
      case Kind::ref: {
        Ref ref;
        if (!read_u32(in, ref.value)) return false;
        if (m.became == Kind::refs) {
          field<List<Ref>>(data, m).push_back(ref);
        } else {
          field<Ref>(data, m) = ref;
        }
        return true;
      }
      case Kind::refs:
        while (!in.empty()) {
          Ref ref;
          if (!read_u32(in, ref.value)) return false;
          field<List<Ref>>(data, m).push_back(ref);
        }
        return true;
      case Kind::pair:
        return read_u32(in, field<Pair>(data, m).first.value) &&
               read_u32(in, field<Pair>(data, m).second.value);
      case Kind::object:
        return object(in, static_cast<std::byte*>(data) + m.offset, *m.of);
      case Kind::objects:
        while (!in.empty()) {
          std::byte* element = field<RawList>(data, m).append_raw(m.stride);
          make_empty(element, *m.of);
          if (!object(in, element, *m.of)) return false;
        }
        return true;
      case Kind::computed:
      case Kind::refused:
        break;
    }
    return false;
  }

  Strings& strings_;
};

}  // namespace

void encode_row(Bytes& out, const TableBase& table, uint32_t row, const Strings& strings) {
  Encoder(out, strings).members(table.row(row), table.stored());
}

bool decode_row(std::string_view& in, const TableBase& table, void* row, Strings& strings) {
  return Decoder(strings).members(in, row, [&](uint64_t tag) { return table.by_tag(tag); });
}

}  // namespace waybill
