source("/work/main/tests/golden/lavaan-0.6-14-robust/lib_tmp.R")
cs <- Filter(function(c) c$id=="fiml_metric_ml", CASES)[[1]]
fit <- fit_default(cs); theta <- free_values(fit); K<-free_directions(fit,length(theta)); k<-length(theta)
at <- function(x) fit_at(fit, x, se = "none", test = "none")
p<-newton(fit); print(p[-1])
ll<-function(x){im<-lavaan:::lav_model_implied(lavaan:::lav_model_set_parameters(fit@Model,x)); s<-0; for(g in 1:2){Y<-fit@Data@X[[g]]; S<-im$cov[[g]]; m<-im$mean[[g]]; for(i in 1:nrow(Y)){o<-!is.na(Y[i,]);d<-Y[i,o]-m[o];So<-S[o,o]; s<-s-.5*(sum(o)*log(2*pi)+determinant(So)$modulus+sum(d*solve(So,d)))}}; as.numeric(s)}
gl<-sapply(1:k,function(j){e<-rep(0,k);e[j]<-1e-4;(ll(p$theta+e)-ll(p$theta-e))/2e-4}); print(max(abs(crossprod(K,gl)))); print(ll(p$theta)-fitMeasures(fit_at(fit,p$theta),"logl"))
H<-hessian_of(at(p$theta)); f<-fit_at(fit,p$theta)
V<-K%*%solve(crossprod(K,H%*%K))%*%t(K); N<-301; print(range(diag(V)/N/diag(lavTech(f,"vcov"))))
