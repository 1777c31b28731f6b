-- ask: id (of a job), noted_in (of a data request, or ''). Whatever Redis holds of an ended job; what it was is noted.
local job = 'goodrep:job:' .. ask.id
local status = redis.call('HGET', job, 'status')
if not status then return {'missing'} end
if status == 'queued' or status == 'running' then return {'busy'} end

local function note(kind)
    if ask.noted_in ~= '' then redis.call('HSET', notes(ask.noted_in), 'redis:' .. kind .. ':' .. ask.id, '1') end
end
local function drop(kind, key)
    if redis.call('DEL', key) == 1 then note(kind) end
end

local dedupe = redis.call('HGET', job, 'dedupe')
if dedupe and redis.call('GET', 'goodrep:dedupe:' .. dedupe) == ask.id then
    drop('entry of equal requests', 'goodrep:dedupe:' .. dedupe)
end
local owner = redis.call('HGET', job, 'owner')
if redis.call('ZREM', 'goodrep:owner:' .. owner, ask.id) == 1 then note("place in the user's list") end
if redis.call('ZREM', 'goodrep:given_up', ask.id) == 1 then note('place among failures') end
redis.call('ZREM', 'goodrep:queue', ask.id)
redis.call('ZREM', 'goodrep:due', ask.id)
redis.call('ZREM', 'goodrep:running', ask.id)
redis.call('SREM', 'goodrep:checkpoints', ask.id)
drop('events', 'goodrep:events:' .. ask.id)
drop('job record', job)
return {'forgotten'}
