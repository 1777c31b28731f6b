-- ask: id, owner, address (only when it is still this one; '' for whichever it is)
local known = redis.call('HMGET', device(ask.id), 'owner', 'address')
if known[1] ~= ask.owner then return 0 end
if ask.address ~= '' and known[2] ~= ask.address then return 0 end
forget(ask.id, ask.owner)
return 1
