/** Payloads of the integration guide, under other numbers. */

const reference = (key: string, value: string): object => ({ identifiers: { [key]: value } });

/** The guide's basic order. */
export function orderBody(id: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      identifiers: { 'com.acme.order-id': id, 'com.acme.channel': 'webshop' },
      supplier: reference('com.acme.company-id', 'ACME-RETAIL'),
      customer: reference('com.acme.customer-id', 'CUST-001'),
      sellers: [reference('com.acme.store-id', 'WAREHOUSE-MAIN')],
      currency: reference('currencyCode', 'SEK'),
      items: [{ product: reference('com.acme.sku', 'WIDGET-001'), quantity: 2 }],
    }),
  );
}

export function orderTarget(id: string): string {
  return `/v1/trade-orders/com.acme.order-id=${id}`;
}

/** The guide's payment, as a PATCH of `actions`. */
export function paymentBody(transactionId: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      createPayment: {
        transactionId,
        timestamp: '2024-12-15T14:32:00Z',
        method: reference('methodId', 'com.heads.card'),
        currency: reference('currencyCode', 'SEK'),
        amount: 497.5,
      },
    }),
  );
}
