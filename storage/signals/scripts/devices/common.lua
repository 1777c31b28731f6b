-- Put before each of the scripts of this folder, which keep the registry of devices. Times as in
-- `storage/jobs/scripts/common.lua`.
local ask = cjson.decode(ARGV[1])

local function device(id) return 'goodrep:device:' .. id end        -- hash: one app on one device
local function of(owner) return 'goodrep:devices:' .. owner end     -- zset: a user's devices, by when they were seen

local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])

local function forget(id, owner)
    redis.call('DEL', device(id))
    redis.call('ZREM', of(owner), id)
end
