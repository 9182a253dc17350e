/** What golden journals are asked; the answers were kept when they were recorded. */

import type { Service } from '../../js-host/runtime/runtime.js';

export function isJournalFile(name: string): boolean {
  return /^(journal|snapshot)-\d+\.wb[js]$/.test(name);
}

/** Narrow ones: what later versions add to an answer must not show. */
const queries = [
  '/v1/trade-orders~just(identifiers,status,timestamp,totalAmount,balanceAmount,reservedUntil,suppliersId)',
  '/v1/trade-orders~just(items~just(identifiers/key,product/name,quantity,statusDetails,unitAmountExclVat,vatPercentage))',
  '/v1/trade-orders~just(deliveryAddresses,payments~just(transactionId,amount,timestamp,payer/name),shipments~just(status))',
  '/v1/shipment-orders~just(sender/name,destination,items~just(quantity,status),records~just(timestamp,actions))',
  '/v1/products~just(identifiers,name,gtin,keywords,createdAt,stockLevels)',
  '/v1/prices~just(identifiers,amount,currency/identifiers/currencyCode,from,products~count)',
  '/v1/stock-adjustments~just(identifiers,timestamp,items~just(quantity,direction))',
  '/v1/agents~just(name,addresses,stockRoots~just(name))',
  '/v1/currencies~count',
  '/v1/trade-records~just(timestamp,items~just(actions~just(type,quantity,amount,return)))',
  '/v1/trade-order-items~where(productInstances)~just(productInstances~just(quantity,serialNumber,domain))',
  '/v1/shipment-orders~just(status,orders~just(identifiers),items~just(statusDetails),carriersTrackingUrl)',
  '/v1/stock-entries~just(identifiers,timestamp,items~just(quantity,direction,reason/name))',
  '/v1/labels~just(title,applicableOnlyTo)',
  '/v1/trade-relationships~just(supplierAgent/name,customerAgent/name,allowsBackOrder,intervalStart)',
  '/v1/product-groups~just(name,defaultVatCode/identifiers/percentage)',
  '/v1/return-reasons~just(name)',
];

export async function answersOf(service: Service, targets: string[] = queries): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const target of targets) {
    const { status, body } = await service.request({ method: 'GET', target, headers: '', body: undefined });
    if (status !== 200) throw new Error(`${target} was answered ${status}`);
    answers[target] = JSON.parse(Buffer.from(body).toString('utf8'));
  }
  return answers;
}
