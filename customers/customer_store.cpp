#include "customers/customer_store.h"

namespace parley::customers {

using storage::Fields;
using storage::Row;
using storage::Transaction;

namespace {

#define PARLEY_CUSTOMER_COLUMNS                                                                                        \
  "SELECT id, name, locale, is_verified, note, custom_fields, wrapped_key, page_url, page_title, page_at, version, "   \
  "created_at, last_seen_at, merged_into FROM customer "

Customer customer_of(const Row& row) {
  Fields f(row);
  Customer c;
  c.id = f.id<CustomerId>();
  c.name = f.text();
  c.locale = f.text();
  c.is_verified = f.flag();
  c.note = f.text();
  c.custom_fields = f.text();
  c.wrapped_key = f.text();
  const auto url = f.maybe_text();
  const auto title = f.maybe_text();
  const auto at = f.maybe_time();
  if (url) { c.page = Page{*url, title.value_or(""), at.value_or(TimePoint{})}; }
  c.version = static_cast<int>(f.i64());
  c.created_at = f.time();
  c.last_seen_at = f.time();
  return c;
}

std::string like_pattern(const std::string& part) {
  std::string out = "%";
  for (const char c : part) {
    if (c == '%' || c == '_' || c == '\\') { out.push_back('\\'); }
    out.push_back(c);
  }
  return out + "%";
}

}  // namespace

CustomerId insert_customer(Transaction& tx, const Customer& c) {
  return CustomerId{tx.insert(
      "INSERT INTO customer (name, locale, is_verified, note, custom_fields, wrapped_key, created_at, last_seen_at) VALUES (?,?,?,?,?,?,?,?)",
      {c.name, c.locale, c.is_verified, c.note, c.custom_fields, c.wrapped_key, tx.now(), tx.now()})};
}

std::optional<Customer> find_customer(Transaction& tx, CustomerId id) {
  for (int hops = 0; hops < 8; ++hops) {
    const auto row = tx.query_one(PARLEY_CUSTOMER_COLUMNS "WHERE id = ?", {id});
    if (!row) { return std::nullopt; }
    if (row->is_null(13)) { return customer_of(*row); }
    id = CustomerId{row->i64(13)};
  }
  return std::nullopt;
}

void update_customer(Transaction& tx, const Customer& c) {
  tx.execute("UPDATE customer SET name = ?, locale = ?, is_verified = ?, note = ?, custom_fields = ?, wrapped_key = ?, version = version + 1 WHERE id = ?",
             {c.name, c.locale, c.is_verified, c.note, c.custom_fields, c.wrapped_key, c.id});
}

void see_customer(Transaction& tx, CustomerId id, const std::optional<Page>& page) {
  if (page) {
    tx.execute("UPDATE customer SET last_seen_at = ?, page_url = ?, page_title = ?, page_at = ? WHERE id = ?",
               {tx.now(), page->url, page->title, tx.now(), id});
  } else {
    tx.execute("UPDATE customer SET last_seen_at = ? WHERE id = ?", {tx.now(), id});
  }
}

void merge_customer(Transaction& tx, CustomerId from, CustomerId into) {
  tx.execute("UPDATE customer SET merged_into = ?, version = version + 1 WHERE id = ? AND merged_into IS NULL", {into, from});
}

std::vector<Customer> list_customers(Transaction& tx, const std::string& name, std::int64_t before_seen, std::int64_t before_id, int limit) {
  std::vector<Customer> out;
  for (const auto& row : tx.query(PARLEY_CUSTOMER_COLUMNS
                                  "WHERE merged_into IS NULL AND (? = 1 OR name LIKE ?) AND (last_seen_at, id) < (?, ?) "
                                  "ORDER BY last_seen_at DESC, id DESC LIMIT ?",
                                  {name.empty(), like_pattern(name), before_seen, before_id, limit})) {
    out.push_back(customer_of(row));
  }
  return out;
}

std::vector<SealedIdentity> identities_of(Transaction& tx, CustomerId id) {
  std::vector<SealedIdentity> out;
  for (const auto& row : tx.query("SELECT id, kind, value, is_verified FROM customer_identity WHERE customer_id = ? ORDER BY id", {id})) {
    out.push_back({row.i64(0), row.text(1), row.text(2), row.flag(3)});
  }
  return out;
}

void put_identity(Transaction& tx, CustomerId id, const char* kind, const std::string& lookup, const std::string& sealed, bool is_verified) {
  tx.execute("INSERT INTO customer_identity (customer_id, kind, lookup, value, is_verified, created_at) VALUES (?,?,?,?,?,?) "
             "ON DUPLICATE KEY UPDATE is_verified = GREATEST(is_verified, VALUES(is_verified))",
             {id, kind, lookup, sealed, is_verified, tx.now()});
}

void delete_identities(Transaction& tx, CustomerId id, const char* kind) {
  tx.execute("DELETE FROM customer_identity WHERE customer_id = ? AND kind = ?", {id, kind});
}

std::optional<CustomerId> find_by_identity(Transaction& tx, const char* kind, const std::string& lookup, bool verified_only) {
  const auto row = tx.query_one(
      "SELECT customer_id FROM customer_identity WHERE kind = ? AND lookup = ? AND is_verified >= ? ORDER BY is_verified DESC, id LIMIT 1",
      {kind, lookup, verified_only});
  return row ? std::optional(CustomerId{row->i64(0)}) : std::nullopt;
}

}  // namespace parley::customers
