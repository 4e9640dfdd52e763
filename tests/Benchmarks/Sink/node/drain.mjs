// What a user would write in an afternoon instead of the sink: mqtt with better-sqlite3 or pg. Batches of 500 records or 50 ms, one
// transaction each, every commit on the disk before the broker is told; the same record twice is stored once. It checks no signature,
// keeps no sums of days and tells no device what was received.
// node drain.mjs sqlite|postgres PORT FILE|CONNECTION RECORDS, then a line on its input for each round.
import { createInterface } from 'node:readline'
import mqtt from 'mqtt'

const [engine, port, place, records] = process.argv.slice(2)
const batchMax = 500
const batchMs = 50

const sqlite = async (path) => {
  const { default: Database } = await import('better-sqlite3')
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('CREATE TABLE IF NOT EXISTS record (zone TEXT, window_index INTEGER, device TEXT, start INTEGER, sequence INTEGER, payload BLOB, ' +
    'PRIMARY KEY (zone, window_index, device)) WITHOUT ROWID')
  const insert = db.prepare('INSERT OR IGNORE INTO record VALUES (?, ?, ?, ?, ?, ?)')
  const write = db.transaction((batch) => { for (const row of batch) insert.run(row) })
  return {
    write: async (batch) => write(batch),
    count: async () => db.prepare('SELECT COUNT(*) AS n FROM record').get().n,
  }
}

const postgres = async (connection) => {
  const { default: pg } = await import('pg')
  const parts = Object.fromEntries(connection.split(';').map((part) => part.split('=')).map(([key, value]) => [key.toLowerCase(), value]))
  const at = { host: parts.host, port: Number(parts.port ?? 5432), user: parts.username, password: parts.password }
  const admin = new pg.Client({ ...at, database: 'postgres' })
  await admin.connect()
  await admin.query(`DROP DATABASE IF EXISTS ${parts.database} WITH (FORCE)`)
  await admin.query(`CREATE DATABASE ${parts.database} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`)
  await admin.end()
  const db = new pg.Client({ ...at, database: parts.database })
  await db.connect()
  await db.query('SET synchronous_commit = on')
  await db.query('CREATE TABLE record (zone TEXT, window_index BIGINT, device TEXT, start BIGINT, sequence BIGINT, payload BYTEA, ' +
    'PRIMARY KEY (zone, window_index, device))')
  const insert = { name: 'insert', text: 'INSERT INTO record SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bytea[]) ON CONFLICT DO NOTHING' }
  return {
    write: (batch) => db.query({ ...insert, values: [0, 1, 2, 3, 4, 5].map((column) => batch.map((row) => row[column])) }),
    count: async () => Number((await db.query('SELECT COUNT(*) AS n FROM record')).rows[0].n),
  }
}

const store = await (engine === 'sqlite' ? sqlite : postgres)(place)

const connect = () => mqtt.connect({
  host: '127.0.0.1', port: Number(port), protocolVersion: 5, clientId: `node-${engine}`, clean: false, resubscribe: false,
  properties: { sessionExpiryInterval: 3600, receiveMaximum: 65535 },
})

const prepare = async () => {
  const client = connect()
  await new Promise((resolve) => client.once('connect', resolve))
  await client.subscribeAsync('sce/v1/+/events', { qos: 1 })
  await client.endAsync({ properties: { sessionExpiryInterval: 3600 } })
}

const drain = (count) => new Promise((resolve, reject) => {
  const client = connect()
  let batch = []
  let packets = []
  let left = count
  let timer = null
  let writing = Promise.resolve()
  const flush = () => {
    clearTimeout(timer)
    timer = null
    const [rows, ids] = [batch, packets]
    batch = []
    packets = []
    writing = writing.then(async () => {
      await store.write(rows)
      for (const messageId of ids) client._sendPacket({ cmd: 'puback', messageId, reasonCode: 0 })
      left -= ids.length
      if (left === 0) await client.endAsync({ properties: { sessionExpiryInterval: 3600 } }).then(resolve)
    }).catch(reject)
  }
  // The library reads no further until a message is acknowledged; as QoS 0 it goes on, and the acknowledgement is sent after the commit.
  client.on('packetreceive', (packet) => { if (packet.cmd === 'publish') packet.qos = 0 })
  client.on('message', (topic, payload, packet) => {
    const record = JSON.parse(payload)
    const start = Date.parse(record.start) / 1000
    batch.push([record.zone, start / record.seconds, topic.split('/')[2], start, record.sequence, payload])
    packets.push(packet.messageId)
    if (batch.length === batchMax) flush()
    else timer ??= setTimeout(flush, batchMs)
  })
  client.on('error', reject)
})

await prepare()
console.log('prepared')
for await (const _ of createInterface({ input: process.stdin })) {
  const cpu = process.cpuUsage()
  const from = performance.now()
  await drain(Number(records))
  const seconds = (performance.now() - from) / 1000
  const used = process.cpuUsage(cpu)
  console.log(`${seconds} ${(used.user + used.system) / 1e6} ${await store.count()}`)
}
