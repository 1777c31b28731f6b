-- ask: id, message, reason
if not exists(ask.id) then return {'missing'} end
quarantine(ask.id, ask.message, ask.reason)
return answer('done', ask.id)
