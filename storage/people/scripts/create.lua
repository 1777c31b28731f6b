-- ask: id, fields (kind, subject, owner, ...), once (whether one that was done is given again)
if exists(ask.id) then return answer('created', ask.id) end  -- the same call again, after its answer was lost
local known = redis.call('GET', latest(ask.fields.subject))
if known and exists(known) and (is_open(known) or (ask.once and get(known, 'status') == 'succeeded')) then
    return answer('known', known)
end
if ask.fields.kind == 'export' and redis.call('SISMEMBER', ERASING, ask.fields.owner) == 1 then return {'erasing'} end

if known and ask.fields.kind == 'export' and redis.call('TTL', record(known)) == -1 then  -- nothing leads to it now
    redis.call('EXPIRE', record(known), FORGOTTEN_KEPT_S)
end

for field, value in pairs(ask.fields) do set(ask.id, field, value) end
set(ask.id, 'id', ask.id, 'status', 'queued', 'created_us', now, 'updated_us', now, 'attempts', 0, 'token', 0,
    'lease_us', 0)
redis.call('SET', latest(ask.fields.subject), ask.id)
redis.call('ZADD', OPEN, now, ask.id)
if ask.fields.kind == 'erase_user' then
    redis.call('SADD', ERASING, ask.fields.owner)
    local export = redis.call('GET', latest('export:' .. ask.fields.owner))
    if export and exists(export) and is_open(export) then finish(export, 'cancelled', CANCELLED_KEPT_S) end
end
return answer('created', ask.id)
