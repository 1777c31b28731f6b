-- ask: id
if not exists(ask.id) then return {'missing'} end
if get(ask.id, 'status') ~= 'failed' then return {'refused'} end
redis.call('ZREM', GIVEN_UP, ask.id)
redis.call('HDEL', record(ask.id), 'error_code', 'error_message', 'reason', 'released_because', 'finished_us', 'lasting',
    'tag', 'video_deaths')
set(ask.id, 'attempts', 0, 'cancel_requested', 0, 'insisted', 1)  -- the operator's word goes before a quarantine
redis.call('PERSIST', stream(ask.id))
into_queue(ask.id, 0)
return answer('done', ask.id)
